package stripeapi_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
)

const documentLink = "https://pay.stripe.com/invoice/acct_1/live_SECRET/pdf?s=ap"

// documented are the objects that have a document, with their field and path.
var documented = []struct {
	kind                    billing.DocumentKind
	object, id, field, path string
}{
	{billing.DocumentInvoice, "invoice", "in_1", "invoice_pdf", "/v1/invoices/in_1"},
	{billing.DocumentCreditNote, "credit_note", "cn_1", "pdf", "/v1/credit_notes/cn_1"},
	{billing.DocumentReceipt, "charge", "ch_1", "receipt_url", "/v1/charges/ch_1"},
}

func TestDocumentLinksComeFreshEachTime(t *testing.T) {
	for _, c := range documented {
		t.Run(c.object, func(t *testing.T) {
			var asked atomic.Int64
			body := with(MustFixture(t, c.object), object{"id": c.id, c.field: documentLink})
			client := MustClient(t, MustServe(t, func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				if r.URL.Path != c.path || r.Header.Get("If-None-Match") != "" {
					t.Errorf("asked for %s, kept %q", r.URL.Path, r.Header.Get("If-None-Match"))
				}
				w.Header().Set("ETag", `"a"`)
				reply(w, http.StatusOK, body)
			}).URL, nil)
			for range 2 {
				link, err := client.DocumentLink(t.Context(), billing.DocumentRef{Kind: c.kind, ID: c.id})
				if err != nil || link != documentLink {
					t.Errorf("DocumentLink = %v", err)
				}
			}
			if asked.Load() != 2 {
				t.Errorf("asked %d times", asked.Load())
			}
		})
	}
}

func TestDocumentLinksThatAreNone(t *testing.T) {
	whole := with(MustFixture(t, "invoice"), object{"id": "in_1", "invoice_pdf": documentLink})
	for name, c := range map[string]struct {
		body object
		code billing.Code
	}{
		"a draft":            {with(whole, object{"invoice_pdf": nil}), billing.CodeNotFound},
		"another customer's": {with(whole, object{"customer": theirs}), billing.CodeForeign},
		"another's within":   {with(whole, object{"charge": object{"object": "charge", "customer": theirs}}), billing.CodeForeign},
		"another invoice":    {with(whole, object{"id": "in_2"}), billing.CodeNotStripe},
		"another kind":       {with(whole, object{"object": "charge"}), billing.CodeNotStripe},
		"no customer":        {with(whole, object{"customer": nil}), billing.CodeForeign},
		"a link in a list":   {with(whole, object{"invoice_pdf": []string{documentLink}}), billing.CodeNotStripe},
	} {
		t.Run(name, func(t *testing.T) {
			client := MustClient(t, MustServe(t, always(http.StatusOK, c.body)).URL, nil)
			link, err := client.DocumentLink(t.Context(), billing.DocumentRef{Kind: billing.DocumentInvoice, ID: "in_1"})
			wantCode(t, err, c.code)
			if link != "" || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("a link came with the error, or in it")
			}
		})
	}
	client := MustClient(t, MustServe(t, always(http.StatusOK, whole)).URL, nil)
	for _, ref := range []billing.DocumentRef{{Kind: "letter", ID: "in_1"}, {Kind: billing.DocumentInvoice, ID: "../customers"}} {
		if _, err := client.DocumentLink(t.Context(), ref); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%+v = %v", ref, err)
		}
	}
}
