package stripeapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// gate is a gateway that takes one token only.
type gate struct {
	good   atomic.Value // string
	asked  atomic.Int64
	bodies []string
	answer http.HandlerFunc
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.asked.Add(1)
	if r.Header.Get("Authorization") != "Bearer "+g.good.Load().(string) {
		reply(w, http.StatusUnauthorized, refusal("invalid_request_error", "token_expired"))
		return
	}
	if r.Method == http.MethodPost {
		_ = r.ParseForm()
		g.bodies = append(g.bodies, r.PostForm.Encode())
	}
	g.answer(w, r)
}

func MustGate(t *testing.T, answer http.HandlerFunc, change func(*stripeapi.Config)) (*gate, *stripeapi.Client) {
	t.Helper()
	g := &gate{answer: answer}
	g.good.Store("second")
	client := MustClient(t, MustServe(t, g.ServeHTTP).URL, func(c *stripeapi.Config) {
		c.Gateway = true
		c.Token = func(context.Context) (string, error) { return "first", nil }
		c.Renew = func(_ context.Context, refused string) (string, error) {
			if refused != "first" {
				return "", errors.New("another token was refused")
			}
			return "second", nil
		}
		if change != nil {
			change(c)
		}
	})
	return g, client
}

func TestARefusedTokenIsRenewedOnce(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			reply(w, http.StatusOK, with(MustFixture(t, "customer"), object{"name": "Grace"}))
			return
		}
		reply(w, http.StatusOK, page(false, taxID(t, "txi_1")))
	}
	t.Run("for a question", func(t *testing.T) {
		g, client := MustGate(t, answer, nil)
		if got, err := client.TaxIDs(t.Context()); err != nil || len(got) != 1 || g.asked.Load() != 2 {
			t.Errorf("%v, %v after %d requests", got, err, g.asked.Load())
		}
	})
	t.Run("for a write, which is sent whole again", func(t *testing.T) {
		g, client := MustGate(t, answer, nil)
		name := "Grace"
		if _, err := client.UpdateCustomer(t.Context(), stripeapi.CustomerChange{Name: &name}); err != nil || !slices.Equal(g.bodies, []string{"name=Grace"}) {
			t.Errorf("%v, sent %v", err, g.bodies)
		}
	})
	t.Run("and a second refusal is an end", func(t *testing.T) {
		g, client := MustGate(t, answer, nil)
		g.good.Store("third")
		_, err := client.TaxIDs(t.Context())
		wantCode(t, err, billing.CodeSignedOut)
		if g.asked.Load() != 2 {
			t.Errorf("asked %d times", g.asked.Load())
		}
	})
	t.Run("and who cannot renew says why", func(t *testing.T) {
		g, client := MustGate(t, answer, func(c *stripeapi.Config) {
			c.Renew = func(context.Context, string) (string, error) {
				return "", billing.NewError(billing.CodeOffline, "The sign-in could not be reached.", nil)
			}
		})
		_, err := client.TaxIDs(t.Context())
		wantCode(t, err, billing.CodeOffline)
		if g.asked.Load() != 1 {
			t.Errorf("asked %d times", g.asked.Load())
		}
	})
}

func TestNewsOfAGateway(t *testing.T) {
	tag, body := `"e.v2"`, `{"object":"billfold.version","version":"e.v2","changed":[{"object":"invoice","id":"in_1"}]}`
	status := http.StatusOK
	g, client := MustGate(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/billfold/v1/version":
			t.Errorf("asked %s", r.URL.Path)
		case status != http.StatusOK:
			reply(w, status, refusal("api_error", "changes_unavailable"))
		case r.Header.Get("If-None-Match") == tag:
			w.Header().Set("Etag", tag)
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("Etag", tag)
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, body)
		}
	}, func(c *stripeapi.Config) { c.Token = func(context.Context) (string, error) { return "second", nil } })
	same, err := client.News(t.Context(), "e.v2")
	if err != nil || !same.Same || same.Version != "e.v2" {
		t.Errorf("same: %+v, %v", same, err)
	}
	one, err := client.News(t.Context(), "e.v1")
	if err != nil || one.Same || !one.Known || !slices.Equal(one.Changed, []stripeapi.Change{{Object: "invoice", ID: "in_1"}}) {
		t.Errorf("one: %+v, %v", one, err)
	}
	if first, err := client.News(t.Context(), ""); err != nil || first.Known || first.Version != "e.v2" {
		t.Errorf("first: %+v, %v", first, err)
	}
	body = strings.Replace(body, `[{"object":"invoice","id":"in_1"}]`, "null", 1)
	if all, err := client.News(t.Context(), "e.v1"); err != nil || all.Known {
		t.Errorf("everything: %+v, %v", all, err)
	}
	if through, err := client.News(stripeapi.Through(t.Context()), "e.v2"); err != nil || through.Same {
		t.Errorf("read through: %+v, %v", through, err)
	}
	status = http.StatusServiceUnavailable
	if blind, err := client.News(t.Context(), "e.v2"); err != nil || blind.Version != "" || blind.Same {
		t.Errorf("a gateway that cannot tell: %+v, %v", blind, err)
	}
	body, status = `{"object":"list"}`, http.StatusOK
	_, err = client.News(t.Context(), "e.v1")
	wantCode(t, err, billing.CodeNotStripe)
	asked := g.asked.Load()
	plain := MustClient(t, MustServe(t, g.ServeHTTP).URL, nil)
	if news, err := plain.News(t.Context(), "e.v1"); err != nil || news.Version != "" || g.asked.Load() != asked {
		t.Errorf("a server that is no gateway was asked: %+v, %v", news, err)
	}
}

func TestThePolicyIsNeverGuessed(t *testing.T) {
	for said, want := range map[string]billing.Policy{
		`{"object":"billfold.policy"}`: {},
		`{"object":"billfold.policy","grace_days":0,"while_past_due":"Nothing works."}`: {WhilePastDue: billing.AccessLost, Lost: "Nothing works."},
		`{"object":"billfold.policy","grace_days":7,"while_past_due":"Stays.","after_grace":"Goes.","support_url":"https://help.example"}`: {
			WhilePastDue: billing.AccessGrace, GraceDays: 7, Lost: "Goes.", Support: "https://help.example"},
		`{"object":"billfold.policy","keeps_access":true,"support_email":"a@b.example","support_url":"https://help.example"}`: {
			WhilePastDue: billing.AccessKept, Support: "a@b.example"},
	} {
		_, client := MustGate(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprint(w, said)
		}, nil)
		if got, err := client.Policy(t.Context()); err != nil || got != want {
			t.Errorf("%s is read as %+v, %v", said, got, err)
		}
	}
}

func TestWhoAmI(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   any
		want   billing.Code
	}{
		"a customer":         {http.StatusOK, object{"object": "billfold.whoami", "customer": "cus_1"}, ""},
		"no billing account": {http.StatusForbidden, refusal("invalid_request_error", "no_billing_account"), billing.CodeForbidden},
		"no customer's id":   {http.StatusOK, object{"object": "billfold.whoami", "customer": "../x"}, billing.CodeNotStripe},
		"another answer":     {http.StatusOK, object{"object": "customer", "customer": "cus_1"}, billing.CodeNotStripe},
		"a bad token":        {http.StatusUnauthorized, refusal("invalid_request_error", "token_invalid"), billing.CodeSignedOut},
	} {
		t.Run(name, func(t *testing.T) {
			server := MustServe(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, c.status, c.body) })
			got, err := stripeapi.WhoAmI(t.Context(), stripeapi.Config{
				URL: server.URL, Token: func(context.Context) (string, error) { return "token", nil },
			})
			if billing.CodeOf(err) != c.want || (c.want == "") != (got == "cus_1") {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestAStreamTellsVersions(t *testing.T) {
	g, client := MustGate(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "text/event-stream" {
			t.Errorf("accepts %s", r.Header.Get("Accept"))
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprint(w, "event: version\ndata: {\"version\":\"e.v1\"}\n\n: still here\n\nevent: version\ndata: {\"version\":\"e.v2\"}\n\ndata: {}\n\ndata: no\n\n")
	}, nil)
	var heard []string
	if err := client.Stream(t.Context(), func(version string) { heard = append(heard, version) }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(heard, []string{"e.v1", "e.v2"}) || g.asked.Load() != 2 {
		t.Errorf("heard %v after %d requests", heard, g.asked.Load())
	}
	_, none := MustGate(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusNotFound, refusal("invalid_request_error", ""))
	}, nil)
	wantCode(t, none.Stream(t.Context(), func(string) {}), billing.CodeNotFound)
}
