package stripeapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

func TestHostNameAndTelemetryAreNotSent(t *testing.T) {
	var seen http.Header
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		w.Header().Set("Request-Id", "req_1")
		reply(w, http.StatusOK, page(false))
	}).URL, nil)
	nameless := func() {
		t.Helper()
		for _, name := range []string{"X-Stripe-Client-User-Agent", "X-Stripe-Client-Telemetry", "Cookie"} {
			if seen.Get(name) != "" {
				t.Errorf("%s is sent", name)
			}
		}
	}
	// This one has the headers that stripe-go's own requests have.
	if err := stripeapi.Write(t.Context(), client, "/v1/customers/"+ours, "key"); err != nil {
		t.Fatal(err)
	}
	nameless()
	for range 2 { // telemetry would go with the second request
		if _, err := client.TaxIDs(t.Context()); err != nil {
			t.Fatal(err)
		}
		nameless()
	}
	for name, want := range map[string]string{
		"Stripe-Version": "2023-10-16", "Authorization": "Bearer " + token, "User-Agent": "Billfold",
	} {
		if seen.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, seen.Get(name), want)
		}
	}
}

func TestLiveKeyNeverLeaves(t *testing.T) {
	for _, key := range []string{"sk_live_abc", "rk_live_abc"} {
		t.Run(key[:8]+" is refused unsent", func(t *testing.T) {
			var requests atomic.Int64
			server := MustServe(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
			client := MustClient(t, server.URL, func(c *stripeapi.Config) {
				c.Token = func(context.Context) (string, error) { return key, nil }
			})
			_, err := client.TaxIDs(t.Context())
			wantCode(t, err, billing.CodeLiveKey)
			if requests.Load() != 0 || strings.Contains(err.Error(), key) {
				t.Errorf("%d requests were sent; error: %v", requests.Load(), err)
			}
		})
	}
}

func TestTokenIsAskedForEveryRequest(t *testing.T) {
	var asked atomic.Int64
	var seen []string
	server := MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		if len(seen) == 1 {
			reply(w, http.StatusServiceUnavailable, refusal("api_error", ""))
			return
		}
		reply(w, http.StatusOK, page(len(seen) == 2, taxID(t, fmt.Sprint("txi_", len(seen)))))
	})
	client := MustClient(t, server.URL, func(c *stripeapi.Config) {
		c.Token = func(context.Context) (string, error) { return fmt.Sprint("token", asked.Add(1)), nil }
	})
	if _, err := client.TaxIDs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(seen) != "[Bearer token1 Bearer token2 Bearer token3]" {
		t.Errorf("sent %v", seen)
	}
}

func TestTokenThatCannotBeHad(t *testing.T) {
	locked := errors.New("keychain locked")
	for name, one := range map[string]struct {
		token func(context.Context) (string, error)
		code  billing.Code
	}{
		"failing": {func(context.Context) (string, error) { return "", locked }, billing.CodeSignedOut},
		"empty":   {func(context.Context) (string, error) { return "", nil }, billing.CodeSignedOut},
		"broken":  {func(context.Context) (string, error) { return "a\r\nb", nil }, billing.CodeSignedOut},
		"known": {func(context.Context) (string, error) {
			return "", billing.NewError(billing.CodeOffline, "The issuer cannot be reached.", nil)
		}, billing.CodeOffline},
	} {
		t.Run(name+" is "+string(one.code), func(t *testing.T) {
			server := MustServe(t, always(http.StatusOK, page(false)))
			client := MustClient(t, server.URL, func(c *stripeapi.Config) { c.Token = one.token })
			_, err := client.TaxIDs(t.Context())
			wantCode(t, err, one.code)
			if client.Traffic().Requests != 0 {
				t.Error("a request was sent")
			}
		})
	}
}

func TestTrafficCountsRequestsAndBytes(t *testing.T) {
	body := `{"object":"list","has_more":false,"data":[]}`
	client := MustClient(t, MustServe(t, always(http.StatusOK, body)).URL, nil)
	for range 3 {
		if _, err := client.TaxIDs(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := client.Traffic(); got != (stripeapi.Traffic{Requests: 3, BytesIn: int64(3 * len(body))}) {
		t.Errorf("traffic is %+v", got)
	}
}

func TestNew(t *testing.T) {
	for url, good := range map[string]bool{
		"https://api.stripe.com": true, "https://pay.example.com/stripe/": true, "http://127.0.0.1:4242": true,
		"http://localhost:1": true, "http://[::1]:1": true, "https://api.stripe.com/v1": true,
		"http://api.stripe.com": false, "http://127.0.0.1.example.com": false, "ftp://127.0.0.1": false, "": false,
		"api.stripe.com": false, "https://user:secret@api.stripe.com": false, "https://api.stripe.com?x=1": false,
		"https://api.stripe.com/#x": false, "file:///etc/passwd": false, "https://%zz": false,
	} {
		t.Run(fmt.Sprintf("%q is accepted: %t", url, good), func(t *testing.T) {
			_, err := stripeapi.New(stripeapi.Config{URL: url, Customer: ours, Token: func(context.Context) (string, error) { return "", nil }})
			if good && err != nil {
				t.Fatal(err)
			}
			if !good {
				wantCode(t, err, billing.CodeInvalid)
			}
		})
	}
	for _, customer := range []string{"", "sub_1", "cus_", "cus_1/../x", "cus_1?x"} {
		t.Run(fmt.Sprintf("customer %q is refused", customer), func(t *testing.T) {
			_, err := stripeapi.New(stripeapi.Config{
				URL: "https://api.stripe.com", Customer: customer, Token: func(context.Context) (string, error) { return "", nil },
			})
			wantCode(t, err, billing.CodeInvalid)
		})
	}
	t.Run("no token is refused", func(t *testing.T) {
		_, err := stripeapi.New(stripeapi.Config{URL: "https://api.stripe.com", Customer: ours})
		wantCode(t, err, billing.CodeInvalid)
	})
}

func TestLogHoldsNoSecrets(t *testing.T) {
	var written bytes.Buffer
	server := MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/invoices/upcoming" {
			reply(w, http.StatusBadRequest, refusal("invalid_request_error", "resource_missing"))
			return
		}
		reply(w, http.StatusOK, page(false, taxID(t, "txi_1")))
	})
	client := MustClient(t, server.URL, func(c *stripeapi.Config) {
		c.Log = slog.New(slog.NewTextHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	if _, err := client.TaxIDs(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, _, err := client.Upcoming(t.Context(), "sub_secret")
	wantCode(t, err, billing.CodeNotFound)
	if lines := strings.Count(written.String(), "\n"); lines != 2 {
		t.Errorf("%d lines for two requests:\n%s", lines, &written)
	}
	for _, secret := range []string{token, "sub_secret", "DE123456789", "example.com", "?"} {
		if strings.Contains(written.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, &written)
		}
	}
}
