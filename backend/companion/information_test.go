package companion_test

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// read asks the sandbox itself, past the companion.
func (s *stage) read(path string) string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.api+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}

// A card that was added is hidden by the subscription's own default, is found to
// be, and pays after one field was written.
func TestTheShadowedCardIsFixedByOneField(t *testing.T) {
	s := newStage(t, "active")
	before, err := s.PaymentMethods(t.Context())
	if err != nil || len(before.Shadows) != 0 || len(before.Methods) != 1 || !before.Methods[0].Charged || !before.Methods[0].Default {
		t.Fatalf("at first %+v, %v", before, err)
	}
	old, subscription := before.Methods[0].ID, before.NextCharge.SubscriptionID
	if !slices.Contains(before.Methods[0].Warnings, billing.WarnLastWhileOwed) {
		t.Errorf("the last one is warned about with %v", before.Methods[0].Warnings)
	}
	s.post("/v1/subscriptions/"+subscription, "default_payment_method", old)
	s.begin(companion.HandOffRequest{Flow: companion.FlowAddCard}, companion.HandOffOpened)
	enter(t, s.links[0]).addCard()
	s.until(companion.HandOffChanged)
	hidden, err := s.PaymentMethods(t.Context())
	if err != nil || len(hidden.Shadows) != 1 || hidden.Shadows[0].ChargedID != old || hidden.Shadows[0].Hidden.Last4 != "5556" || !hidden.Shadows[0].Fixable {
		t.Fatalf("hidden: %+v, %v", hidden.Shadows, err)
	}
	s.written()
	if err := s.FixShadowedDefault(t.Context(), subscription); err != nil {
		t.Fatal(err)
	}
	if got := s.written(); len(got) != 1 || got[0] != "POST /v1/subscriptions/"+subscription+" default_payment_method=" {
		t.Errorf("written was %q", got)
	}
	after, err := s.PaymentMethods(t.Context())
	if err != nil || len(after.Shadows) != 0 || after.NextCharge.Method.Method.Last4 != "5556" || after.Methods[0].ID != after.NextCharge.Method.ID {
		t.Errorf("fixed: %+v, %v", after, err)
	}
	if err := s.FixShadowedDefault(t.Context(), subscription); billing.CodeOf(err) != billing.CodeInvalid || len(s.written()) != 0 {
		t.Errorf("a second fix gives %v", err)
	}
	if err := s.SetDefaultPaymentMethod(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if got := s.written(); len(got) != 1 || !strings.HasSuffix(got[0], " invoice_settings%5Bdefault_payment_method%5D="+old) {
		t.Errorf("written was %q", got)
	}
	if err := s.SetDefaultPaymentMethod(t.Context(), "pm_none"); billing.CodeOf(err) != billing.CodeInvalid || len(s.written()) != 0 {
		t.Errorf("a method that is not saved gives %v", err)
	}
}

func TestBillingInformationIsReviewedAndSaved(t *testing.T) {
	s := newStage(t, "active")
	view, err := s.BillingInformation(t.Context())
	if err != nil || view.FirstInvoice == nil || view.FirstInvoice.Draft || len(view.Lacking) != 0 || len(view.TaxIDs) != 1 || view.Support != "help@quillforge.example" {
		t.Fatalf("at first %+v, %v", view, err)
	}
	draft := billing.BillingDraft{Name: view.Name, Phone: view.Phone, Address: view.Address}
	draft.Name, draft.Address.Line1, draft.Address.Country = " Whitfield GmbH ", "1 Main St", "us"
	review, err := s.ReviewBillingInformation(t.Context(), draft)
	if err != nil || len(review.Differences) != 2 || review.Differences[0].After != "Whitfield GmbH" || review.FirstInvoice.At != view.FirstInvoice.At ||
		!slices.Equal(review.Notes, []billing.BillingNote{billing.NoteFutureOnly, billing.NoteTaxMayChange}) || len(review.Lacking) != 18 {
		t.Fatalf("the review is %+v, %v", review, err)
	}
	if len(s.written()) != 0 {
		t.Fatal("a review was sent")
	}
	saved, err := s.SaveBillingInformation(t.Context(), draft)
	if err != nil || told(saved.Changes) != "billing_information_changed" || !slices.Equal(saved.Changes[0].Fields, []string{"name", "address.line1"}) ||
		len(saved.Lacking) != 18 || saved.NextAfter == nil {
		t.Fatalf("saved: %+v, %v", saved, err)
	}
	got := s.written()
	if len(got) != 1 || !strings.Contains(got[0], "name=Whitfield+GmbH") || strings.Contains(got[0], "phone") || strings.Contains(got[0], "email") {
		t.Errorf("written was %q", got)
	}
	if answer := s.read("/v1/customers/" + s.fresh); !strings.Contains(answer, `"line1":"1 Main St"`) || !strings.Contains(answer, `"country":"US"`) {
		t.Errorf("the sandbox has %s", answer)
	}
	if again, err := s.SaveBillingInformation(t.Context(), draft); err != nil || len(again.Changes) != 0 || len(s.written()) != 0 {
		t.Errorf("the same again: %+v, %v", again, err)
	}
}

func TestWhatCannotBeSavedNamesItsField(t *testing.T) {
	s := newStage(t, "active")
	for name, one := range map[string]struct {
		draft billing.BillingDraft
		field string
	}{
		"an address without its country": {billing.BillingDraft{Address: billing.Address{Line1: "1 Main St"}}, "address.country"},
		"a country that is none":         {billing.BillingDraft{Address: billing.Address{Line1: "1", Country: "Germany"}}, "address.country"},
		"a line end in a name":           {billing.BillingDraft{Name: "a\nb"}, "name"},
		"a name without end":             {billing.BillingDraft{Name: strings.Repeat("ö", 5001)}, "name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.SaveBillingInformation(t.Context(), one.draft)
			if billing.CodeOf(err) != billing.CodeInvalid || companion.ProblemOf(err).Field != one.field || len(s.written()) != 0 {
				t.Errorf("%v at %q", err, billing.FieldOf(err))
			}
		})
	}
}

func TestATaxIDIsReplacedOnlyByOneThatIsAccepted(t *testing.T) {
	s := newStage(t, "active")
	view, err := s.BillingInformation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	old := view.TaxIDs[0].ID
	_, err = s.ReplaceTaxID(t.Context(), companion.TaxIDReplacement{ID: old, Type: "eu_vat", Value: "nonsense!"})
	if billing.CodeOf(err) != billing.CodeInvalid || billing.FieldOf(err) != "value" {
		t.Errorf("a wrong one gives %v at %q", err, billing.FieldOf(err))
	}
	if got := s.written(); len(got) != 1 || strings.HasPrefix(got[0], "DELETE") {
		t.Fatalf("written was %q", got)
	}
	done, err := s.ReplaceTaxID(t.Context(), companion.TaxIDReplacement{ID: old, Type: "eu_vat", Value: " DE123456789 "})
	if err != nil || done.BothExist || done.TaxID.Value != "DE123456789" || done.TaxID.Verification != "pending" {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := s.written(); len(got) != 2 || !strings.HasPrefix(got[0], "POST") || !strings.HasPrefix(got[1], "DELETE") {
		t.Errorf("written was %q", got)
	}
	view, err = s.BillingInformation(t.Context())
	if err != nil || len(view.TaxIDs) != 1 || view.TaxIDs[0].ID != done.TaxID.ID || len(view.Lacking) != 18 || len(view.Preflight) != 1 || view.Preflight[0].What != billing.MissingTaxIDResult {
		t.Errorf("then %+v, %v", view, err)
	}
	for draft, field := range map[companion.TaxIDDraft]string{{Type: "xx_vat", Value: "1"}: "type", {Type: "eu_vat", Value: " "}: "value"} {
		if _, err := s.AddTaxID(t.Context(), draft); billing.FieldOf(err) != field || len(s.written()) != 0 {
			t.Errorf("%+v gives %v", draft, err)
		}
	}
}

func TestAReplacementThatStopsHalfwaySaysThatBothExist(t *testing.T) {
	s := newStage(t, "active")
	view, err := s.BillingInformation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	old := view.TaxIDs[0].ID
	s.refuseDeletes.Store(true)
	done, err := s.ReplaceTaxID(t.Context(), companion.TaxIDReplacement{ID: old, Type: "eu_vat", Value: "DE123456789"})
	if err != nil || !done.BothExist || done.OldID != old || done.Problem == nil || done.Problem.Code != billing.CodeUnavailable {
		t.Fatalf("%+v, %v", done, err)
	}
	if view, err = s.BillingInformation(t.Context()); err != nil || len(view.TaxIDs) != 2 {
		t.Errorf("then %+v, %v", view.TaxIDs, err)
	}
	s.refuseDeletes.Store(false)
	if err := s.RemoveTaxID(t.Context(), done.OldID); err != nil {
		t.Fatal(err)
	}
	if view, err = s.BillingInformation(t.Context()); err != nil || len(view.TaxIDs) != 1 || view.TaxIDs[0].ID != done.TaxID.ID {
		t.Errorf("at last %+v, %v", view.TaxIDs, err)
	}
}

// TestAnInvoiceIsPaidOnItsPage also when the vendor has given it up: Stripe takes the
// payment of an uncollectible one all the same.
// Source: Stripe docs, "Status transitions and finalization", uncollectible.
func TestAnInvoiceIsPaidOnItsPage(t *testing.T) {
	for _, status := range []string{"open", "uncollectible"} {
		t.Run(status, func(t *testing.T) { payOnItsPage(t, status) })
	}
}

func payOnItsPage(t *testing.T, status string) {
	s := newStage(t, "past-due")
	overview := mustOverview(t, s.Companion)
	open := regexp.MustCompile(`"id":"(in_\w+)"`).FindStringSubmatch(s.read("/v1/invoices?status=open&customer=" + s.fresh))
	if len(overview.Owed) == 0 || open == nil {
		t.Fatalf("nothing is owed: %+v", overview.Owed)
	}
	if status == "uncollectible" {
		s.post("/v1/invoices/" + open[1] + "/mark_uncollectible")
		if _, err := s.Pull(t.Context(), false); err != nil {
			t.Fatal(err)
		}
	}
	s.begin(companion.HandOffRequest{Flow: companion.FlowPayInvoice, InvoiceID: open[1]}, companion.HandOffOpened)
	page := enter(t, s.links[0])
	page.fill("/pay", "method", "new", "number", cardNumber, "expiry", "09 / 30", "cvc", cardCode, "name", "Dana Whitfield", "country", "US", "postal_code", "10013")
	s.CheckHandOff()
	state := s.until(companion.HandOffChanged, companion.HandOffNothingYet)
	if !strings.Contains(told(state.Changes), "invoice_paid") {
		t.Errorf("%+v", state)
	}
	s.holdsNo(s.links[0], cardNumber)
}

func TestThePlanSaysWhyTheNextInvoiceDiffers(t *testing.T) {
	s := newStage(t, "active")
	plan, err := s.Plan(t.Context(), "")
	if err != nil || plan.Next == nil || plan.Next.Last == nil || plan.Ending != nil || !plan.Portal.Known || !plan.Portal.Cancel {
		t.Fatalf("%+v, %v", plan, err)
	}
	if plan.Next.Difference.Amount != 0 || len(plan.Next.Reasons) != 0 || plan.Next.Last.Number == "" || len(plan.Next.Lines) == 0 {
		t.Errorf("nothing differs, and it says %+v", plan.Next)
	}
	if _, err := s.Plan(t.Context(), "sub_none"); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("a subscription that is not there gives %v", err)
	}
}

// In every state of affairs the reasons account for the whole difference, and the
// card that will not be charged is found.
func TestReasonsAddUpInEveryScenario(t *testing.T) {
	for _, scenario := range []string{"overage", "credit-packs", "two-subscriptions", "card-expiring", "shadowed-card", "refunds", "cancel-scheduled"} {
		t.Run(scenario, func(t *testing.T) {
			s := newStage(t, scenario)
			plan, err := s.Plan(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			if plan.Next != nil && plan.Next.Difference != nil {
				sum := int64(0)
				for _, reason := range plan.Next.Reasons {
					sum += reason.Amount.Amount
				}
				if sum != plan.Next.Difference.Amount {
					t.Errorf("the reasons come to %d, the difference is %d: %+v", sum, plan.Next.Difference.Amount, plan.Next.Reasons)
				}
			}
			methods, err := s.PaymentMethods(t.Context())
			if err != nil || (scenario == "shadowed-card" || scenario == "two-subscriptions") != (len(methods.Shadows) > 0) {
				t.Errorf("shadows are %+v, %v", methods.Shadows, err)
			}
			if (scenario == "cancel-scheduled") != (plan.Ending != nil) {
				t.Errorf("the end is %+v", plan.Ending)
			}
		})
	}
}
