package stripeapi_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

const (
	officialTaxID  = "txi_1OPouhJN5vQBdWExQl3czOuP"
	officialSecret = "https://billing.stripe.com/p/session/test_secret"
)

func text(s string) *string { return &s }

// allWrites are the writes, and what each has to send: no field more or less.
func allWrites(client *stripeapi.Client) map[string]struct {
	do   func(context.Context) error
	path string
	form string
} {
	type write = struct {
		do   func(context.Context) error
		path string
		form string
	}
	session := func(wanted stripeapi.PortalRequest) func(context.Context) error {
		return func(ctx context.Context) error { _, err := client.PortalSession(ctx, wanted); return err }
	}
	update := func(change stripeapi.CustomerChange) func(context.Context) error {
		return func(ctx context.Context) error { _, err := client.UpdateCustomer(ctx, change); return err }
	}
	const back = "http://127.0.0.1:4000/path"
	const leadsBack = "&flow_data[after_completion][type]=redirect&flow_data[after_completion][redirect][return_url]=" + back
	return map[string]write{
		"the portal": {session(stripeapi.PortalRequest{}), "/v1/billing_portal/sessions", "customer=" + ours},
		"the portal in German, with a way back": {session(stripeapi.PortalRequest{ReturnURL: back, Locale: "de"}), "/v1/billing_portal/sessions",
			"customer=" + ours + "&return_url=" + back + "&locale=de"},
		"the portal in no language of its own": {session(stripeapi.PortalRequest{Locale: "xx"}), "/v1/billing_portal/sessions", "customer=" + ours},
		"adding a card": {session(stripeapi.PortalRequest{Flow: "payment_method_update", ReturnURL: back}), "/v1/billing_portal/sessions",
			"customer=" + ours + "&return_url=" + back + "&flow_data[type]=payment_method_update" + leadsBack},
		"canceling": {session(stripeapi.PortalRequest{Flow: "subscription_cancel", SubscriptionID: officialSubscription}), "/v1/billing_portal/sessions",
			"customer=" + ours + "&flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]=" + officialSubscription},
		"changing the plan": {session(stripeapi.PortalRequest{Flow: "subscription_update", SubscriptionID: officialSubscription}), "/v1/billing_portal/sessions",
			"customer=" + ours + "&flow_data[type]=subscription_update&flow_data[subscription_update][subscription]=" + officialSubscription},
		"a name":     {update(stripeapi.CustomerChange{Name: text("Ada & Söhne")}), "/v1/customers/" + ours, "name=Ada & Söhne"},
		"no phone":   {update(stripeapi.CustomerChange{Phone: text("")}), "/v1/customers/" + ours, "phone="},
		"no address": {update(stripeapi.CustomerChange{Address: &billing.Address{}}), "/v1/customers/" + ours, "address="},
		"an address": {update(stripeapi.CustomerChange{Address: &billing.Address{Line1: "1 Main St", City: "Bonn", PostalCode: "53111", Country: "DE"}}),
			"/v1/customers/" + ours, "address[line1]=1 Main St&address[line2]=&address[city]=Bonn&address[state]=&address[postal_code]=53111&address[country]=DE"},
		"a default": {update(stripeapi.CustomerChange{DefaultPaymentMethodID: text("pm_1")}), "/v1/customers/" + ours,
			"invoice_settings[default_payment_method]=pm_1"},
		"a tax id": {func(ctx context.Context) error {
			_, err := client.CreateTaxID(ctx, "eu_vat", "DE123456789")
			return err
		},
			"/v1/customers/" + ours + "/tax_ids", "type=eu_vat&value=DE123456789"},
		"a subscription's default taken away": {func(ctx context.Context) error {
			return client.SetSubscriptionDefault(ctx, officialSubscription, "")
		}, "/v1/subscriptions/" + officialSubscription, "default_payment_method="},
	}
}

func TestOfficialMockAcceptsEveryWrite(t *testing.T) {
	proxy := newRenamer(MustStartOfficial(t))
	client := MustClient(t, MustServe(t, proxy.proxy.ServeHTTP).URL, nil)
	for name, write := range allWrites(client) {
		t.Run(name, func(t *testing.T) {
			if err := write.do(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Run("removing a tax id", func(t *testing.T) {
		if err := client.DeleteTaxID(t.Context(), officialTaxID); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("asking for the portal's features", func(t *testing.T) {
		if got, err := client.PortalFeatures(t.Context()); err != nil || !got.Known {
			t.Fatalf("%+v, %v", got, err)
		}
	})
}

// A write sends what it says and nothing else, under a key of its own.
func TestWritesSendOnlyWhatTheyMean(t *testing.T) {
	var path, form, key, kind string
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		path, form, key, kind = r.Method+" "+r.URL.Path, string(body), r.Header.Get("Idempotency-Key"), r.Header.Get("Content-Type")
		reply(w, http.StatusInternalServerError, refusal("api_error", ""))
	}).URL, nil)
	keys := map[string]bool{}
	for name, write := range allWrites(client) {
		t.Run(name, func(t *testing.T) {
			wantCode(t, write.do(t.Context()), billing.CodeUnavailable)
			sent, err := url.ParseQuery(form)
			wanted := url.Values{}
			for pair := range strings.SplitSeq(strings.ReplaceAll(write.form, "Ada & S", "Ada \x00 S"), "&") {
				name, value, _ := strings.Cut(pair, "=")
				wanted.Add(name, strings.ReplaceAll(value, "\x00", "&"))
			}
			if err != nil || sent.Encode() != wanted.Encode() || path != "POST "+write.path || kind != "application/x-www-form-urlencoded" {
				t.Errorf("%s %q sends %v, want %v", path, kind, sent, wanted)
			}
			if key == "" || keys[key] {
				t.Errorf("the key is %q", key)
			}
			keys[key] = true
		})
	}
}

func TestAWriteIsRepeatedUnderOneKey(t *testing.T) {
	keys := map[string]int{}
	var bodies []string
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		keys[r.Header.Get("Idempotency-Key")]++
		if len(bodies) < 3 {
			reply(w, http.StatusServiceUnavailable, refusal("api_error", ""))
			return
		}
		reply(w, http.StatusOK, taxID(t, "txi_1"))
	}).URL, nil)
	if _, err := client.CreateTaxID(t.Context(), "eu_vat", "DE123456789"); err != nil {
		t.Fatal(err)
	}
	if len(keys) != 1 || len(bodies) != 3 || bodies[0] == "" || bodies[2] != bodies[0] {
		t.Errorf("sent %q under %v", bodies, keys)
	}
}

func TestRemovingATaxIDTwiceIsRemovingItOnce(t *testing.T) {
	for name, answers := range map[string][]int{
		"after an answer that was lost": {http.StatusBadGateway, http.StatusNotFound},
		"after somebody else":           {http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodDelete || r.URL.Path != "/v1/customers/"+ours+"/tax_ids/txi_1" {
					t.Errorf("sent %s %s", r.Method, r.URL)
				}
				status := answers[0]
				answers = answers[1:]
				reply(w, status, refusal("invalid_request_error", "resource_missing"))
			}).URL, nil)
			if err := client.DeleteTaxID(t.Context(), "txi_1"); err != nil || len(answers) != 0 {
				t.Errorf("%v, %d answers were not asked for", err, len(answers))
			}
		})
	}
	t.Run("unless the answer is about another", func(t *testing.T) {
		client := MustClient(t, MustServe(t, always(http.StatusOK, `{"id":"txi_2","object":"tax_id","deleted":true}`)).URL, nil)
		wantCode(t, client.DeleteTaxID(t.Context(), "txi_1"), billing.CodeNotStripe)
	})
}

func TestRefusalsLandAtTheirField(t *testing.T) {
	for name, one := range map[string]struct{ code, param, field string }{
		"a tax id of the wrong form": {"tax_id_invalid", "", "value"},
		"an address without its tax": {"customer_tax_location_invalid", "", "address"},
		"a postal code":              {"postal_code_invalid", "address[postal_code]", "address.postal_code"},
		"a country":                  {"", "address[country]", "address.country"},
		"a type":                     {"", "type", "type"},
		"something else":             {"", "metadata[secret]", ""},
	} {
		t.Run(name, func(t *testing.T) {
			body := fmt.Sprintf(`{"error":{"type":"invalid_request_error","code":%q,"param":%q,"message":"see https://example.com/secret"}}`, one.code, one.param)
			client := MustClient(t, MustServe(t, always(http.StatusBadRequest, body)).URL, nil)
			_, err := client.UpdateCustomer(t.Context(), stripeapi.CustomerChange{Name: text("A")})
			wantCode(t, err, billing.CodeInvalid)
			if billing.FieldOf(err) != one.field || strings.Contains(err.Error(), "https:") || billing.MessageOf(err) == "" {
				t.Errorf("field %q: %v", billing.FieldOf(err), err)
			}
		})
	}
}

func TestAPortalLinkIsSecretAndOurs(t *testing.T) {
	session := object{"id": "bps_1", "object": "billing_portal.session", "customer": ours, "url": officialSecret}
	open := func(t *testing.T, status int, body any) (billing.SecretLink, error) {
		client := MustClient(t, MustServe(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) }).URL, nil)
		return client.PortalSession(t.Context(), stripeapi.PortalRequest{})
	}
	t.Run("shown by no way of printing", func(t *testing.T) {
		link, err := open(t, http.StatusOK, session)
		if err != nil || link.Reveal() != officialSecret {
			t.Fatalf("%v, %v", link, err)
		}
		for _, printed := range []string{fmt.Sprint(link), fmt.Sprintf("%+v %#v %q", link, link, link), link.LogValue().String()} {
			if strings.Contains(printed, "secret") || !strings.Contains(printed, "billing.stripe.com") {
				t.Errorf("printed as %s", printed)
			}
		}
	})
	t.Run("another customer's is refused", func(t *testing.T) {
		_, err := open(t, http.StatusOK, with(session, object{"customer": theirs}))
		wantCode(t, err, billing.CodeForeign)
	})
	t.Run("one without an address is none", func(t *testing.T) {
		_, err := open(t, http.StatusOK, with(session, object{"url": nil}))
		wantCode(t, err, billing.CodeNotStripe)
	})
	t.Run("what the merchant turned off is not offered", func(t *testing.T) {
		_, err := open(t, http.StatusBadRequest, refusal("invalid_request_error", ""))
		wantCode(t, err, billing.CodeNotOffered)
	})
}

func TestFeaturesThatAreNotToldRuleNothingOut(t *testing.T) {
	for status, code := range map[int]billing.Code{
		http.StatusNotFound: "", http.StatusForbidden: "", http.StatusBadRequest: "",
		http.StatusInternalServerError: billing.CodeUnavailable, http.StatusUnauthorized: billing.CodeSignedOut,
	} {
		client := MustClient(t, MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, status, refusal("invalid_request_error", ""))
		}).URL, nil)
		got, err := client.PortalFeatures(t.Context())
		if billing.CodeOf(err) != code || got.Known || !got.AllowsCancel() {
			t.Errorf("%d gives %+v, %v", status, got, err)
		}
	}
}

func TestAnInvoicesPageIsAskedForAfresh(t *testing.T) {
	invoice := object{"id": "in_1", "object": "invoice", "customer": ours, "hosted_invoice_url": officialSecret}
	for name, one := range map[string]struct {
		change object
		code   billing.Code
	}{
		"one that has it":    {nil, ""},
		"a draft":            {object{"hosted_invoice_url": nil}, billing.CodeNotFound},
		"another's":          {object{"customer": theirs}, billing.CodeForeign},
		"another of our own": {object{"id": "in_2"}, billing.CodeNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			client := MustClient(t, MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
				reply(w, http.StatusOK, with(invoice, one.change))
			}).URL, nil)
			link, err := client.HostedInvoiceLink(t.Context(), "in_1")
			if billing.CodeOf(err) != one.code || (err == nil) == link.None() {
				t.Errorf("%v, %v", link, err)
			}
		})
	}
}
