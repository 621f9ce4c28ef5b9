package mirror_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/mirror"
	"billfold/backend/sqlite"
)

// overlap is what the package documents: how far back a pull reads again.
const overlap = 35 * 24 * 60 * 60

// Whatever happens at the server and whenever it is pulled, a cache that was
// filled step by step holds what one that was filled at once does: after any pull
// all that is promised, after a full one everything.
func TestPullsInStepsEqualOnePullOfEverything(t *testing.T) {
	folder := t.TempDir()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		p := &play{stage: MustStage(t, "active"), folder: filepath.Join(folder, strconv.Itoa(round))}
		defer p.close()
		cache := p.cache(rt)
		defer func() { _ = cache.Close() }()
		source := p.source(rt, cache)
		mustPull(rt, source, false)
		for range rapid.IntRange(1, 5).Draw(rt, "moves") {
			p.move(rt)
			if rapid.IntRange(0, 3).Draw(rt, "pull") == 0 {
				p.expectPromised(rt, cache, source)
			}
		}
		p.expectPromised(rt, cache, source)
		p.clock.Add(8 * 24 * 60 * 60)
		if report := mustPull(rt, source, false); !report.Full {
			rt.Fatalf("after 8 days: %+v", report)
		}
		if got, want := pictureOf(rt, cache), p.fresh(rt); !reflect.DeepEqual(got, want) {
			rt.Fatalf("after a full pull\n%+v\nwant\n%+v", got, want)
		}
	})
}

// play moves a stage about.
type play struct {
	*stage
	folder string
	files  int
}

func (p *play) cache(t *rapid.T) *sqlite.Cache {
	p.files++
	cache, err := sqlite.Open(t.Context(), filepath.Join(p.folder, strconv.Itoa(p.files)+".db"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return cache
}

// fresh is what a pull into an empty cache gives.
func (p *play) fresh(t *rapid.T) picture {
	cache := p.cache(t)
	defer func() { _ = cache.Close() }()
	mustPull(t, p.source(t, cache), true)
	return pictureOf(t, cache)
}

func (p *play) expectPromised(t *rapid.T, cache *sqlite.Cache, source mirror.Source) {
	marks, err := cache.Marks(t.Context())
	if err != nil {
		t.Fatalf("%v", err)
	}
	mustPull(t, source, false)
	got, want := pictureOf(t, cache), p.fresh(t)
	if !reflect.DeepEqual(got.Account, want.Account) {
		t.Fatalf("the account is\n%+v\nwant\n%+v", got.Account, want.Account)
	}
	if !reflect.DeepEqual(got.Invoices, want.Invoices) {
		t.Fatalf("the invoices are\n%+v\nwant\n%+v", got.Invoices, want.Invoices)
	}
	if !reflect.DeepEqual(got.CreditNotes, want.CreditNotes) {
		t.Fatalf("the credit notes are\n%+v\nwant\n%+v", got.CreditNotes, want.CreditNotes)
	}
	if !reflect.DeepEqual(got.Balance, want.Balance) {
		t.Fatalf("the balance moved as\n%+v\nwant\n%+v", got.Balance, want.Balance)
	}
	recent := func(list []billing.Payment) []billing.Payment {
		return slices.DeleteFunc(slices.Clone(list), func(b billing.Payment) bool {
			return b.CreatedAt < marks.NewestPaymentAt-overlap
		})
	}
	for id := range want.Payments {
		if g, w := recent(got.Payments[id]), recent(want.Payments[id]); !reflect.DeepEqual(g, w) {
			t.Fatalf("the payments of %s are\n%+v\nwant\n%+v", id, g, w)
		}
	}
}

// move makes something happen at the server. What it refuses, like paying what is
// paid, is a move too.
func (p *play) move(t *rapid.T) {
	now := p.fresh(t)
	customer := "/v1/customers/" + p.Customer()
	switch rapid.SampledFrom([]string{
		"time", "time", "name", "tax id", "no tax id", "invoice", "invoice", "invoice move", "invoice move", "invoice move",
		"refund", "credit note", "cancel",
	}).Draw(t, "move") {
	case "time":
		p.clock.Add(rapid.SampledFrom([]int64{3600, 86_400, 20 * 86_400, 40 * 86_400}).Draw(t, "seconds"))
	case "name":
		p.do(t, http.MethodPost, customer, url.Values{"name": {rapid.StringMatching("[A-Z][a-z]{1,8}").Draw(t, "name")}})
	case "tax id":
		p.do(t, http.MethodPost, customer+"/tax_ids", url.Values{"type": {"eu_vat"}, "value": {"DE123456789"}})
	case "no tax id":
		if len(now.Account.TaxIDs) > 0 {
			p.do(t, http.MethodDelete, customer+"/tax_ids/"+now.Account.TaxIDs[0].ID, nil)
		}
	case "invoice":
		p.makeInvoice(t)
	case "invoice move":
		p.moveInvoice(t, now)
	case "refund":
		p.refund(t, now)
	case "credit note":
		if id := drawInvoice(t, now); id != "" {
			p.do(t, http.MethodPost, "/v1/credit_notes", url.Values{"invoice": {id}, "amount": {"100"}, "credit_amount": {"100"}})
		}
	case "cancel":
		cancel := strconv.FormatBool(rapid.Bool().Draw(t, "cancel"))
		p.do(t, http.MethodPost, "/v1/subscriptions/"+now.Account.Subscriptions[0].ID, url.Values{"cancel_at_period_end": {cancel}})
	}
}

func (p *play) makeInvoice(t *rapid.T) {
	amount := strconv.Itoa(rapid.IntRange(0, 9999).Draw(t, "amount"))
	p.do(t, http.MethodPost, "/v1/invoiceitems", url.Values{"customer": {p.Customer()}, "amount": {amount}, "currency": {"usd"}, "description": {"Add-on"}})
	p.do(t, http.MethodPost, "/v1/invoices", url.Values{
		"customer": {p.Customer()}, "pending_invoice_items_behavior": {"include"},
		"auto_advance": {strconv.FormatBool(rapid.Bool().Draw(t, "auto_advance"))},
	})
}

func (p *play) moveInvoice(t *rapid.T, now picture) {
	if len(now.Account.Unsettled) == 0 {
		return
	}
	path := "/v1/invoices/" + now.Account.Unsettled[rapid.IntRange(0, len(now.Account.Unsettled)-1).Draw(t, "which")].ID
	what := rapid.SampledFrom([]string{"finalize", "pay", "void", "mark_uncollectible", "delete"}).Draw(t, "what")
	if what == "delete" {
		p.do(t, http.MethodDelete, path, nil)
		return
	}
	p.do(t, http.MethodPost, path+"/"+what, nil)
}

func (p *play) refund(t *rapid.T, now picture) {
	id := drawInvoice(t, now)
	if payments := now.Payments[id]; len(payments) > 0 {
		p.do(t, http.MethodPost, "/v1/refunds", url.Values{"charge": {payments[0].ID}, "amount": {"50"}})
	}
}

// drawInvoice picks any invoice, "" when there is none.
func drawInvoice(t *rapid.T, now picture) string {
	var ids []string
	for id := range now.Invoices {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return ""
	}
	slices.Sort(ids)
	return ids[rapid.IntRange(0, len(ids)-1).Draw(t, "invoice")]
}
