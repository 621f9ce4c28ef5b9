package wording_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/wording"
)

const scenes = "../companion/testdata/standing"

// standings are those of the sandbox's scenarios, by their names.
func standings(t *testing.T) map[string]billing.Standing {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(scenes, "*.json"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scenes, %v", len(files), err)
	}
	all := map[string]billing.Standing{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var standing billing.Standing
		if err := json.Unmarshal(content, &standing); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = standing
	}
	return all
}

// windowSays is docs/standing.md, which the window's own code writes, with amounts as
// a terminal has them.
func windowSays(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/standing.md")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`\$(\d+\.\d\d)`).ReplaceAllString(string(page), "$1 USD")
}

func TestItIsWhatTheWindowSays(t *testing.T) {
	page, says := windowSays(t), wording.In("en", time.UTC)
	for scenario, standing := range standings(t) {
		t.Run(scenario, func(t *testing.T) {
			row := regexp.MustCompile(`(?m)^\| \[` + scenario + `\].*$`).FindString(page)
			cells := strings.Split(row, " | ")
			if len(cells) != 5 {
				t.Fatalf("the page has no row: %q", row)
			}
			for at, got := range []string{
				1: says.State(standing.Matter),
				2: says.What(standing.Matter, standing) + ".",
				3: strings.Join(says.Meaning(standing.Matter, true), " "),
			} {
				if at > 0 && got != cells[at] {
					t.Errorf("%q, the window says %q", got, cells[at])
				}
			}
			section := regexp.MustCompile(`(?s)\n## ` + scenario + `\n(.*?)(\n## |$)`).FindString(page)
			for i := range standing.Remedies {
				if remedy := says.Remedy(standing.Matter, i); !strings.Contains(section, "\n- "+remedy) {
					t.Errorf("the window does not say %q", remedy)
				}
			}
		})
	}
}

// odd is what no sentence has in it: a place that nothing took, a code, the year that
// an unknown time would be.
var odd = regexp.MustCompile(`[{}_]|standing|notify|1970|  |\.\.|^$`)

func TestNoSentenceHasAHoleOrACodeInIt(t *testing.T) {
	for scenario, standing := range standings(t) {
		for _, language := range wording.Languages() {
			says := wording.In(language, nil)
			texts := []string{says.State(standing.Matter), says.Cause(standing.Cause)}
			for _, matter := range append(standing.Others, standing.Matter) {
				texts = append(texts, says.What(matter, standing))
				texts = append(texts, says.Meaning(matter, false)...)
				for i := range matter.Remedies {
					texts = append(texts, says.Remedy(matter, i))
				}
			}
			for _, text := range texts {
				if odd.MatchString(text) {
					t.Errorf("%s in %s: %q", scenario, language, text)
				}
			}
		}
	}
}

func TestEveryNotificationIsSaidWhateverIsKnownOfIt(t *testing.T) {
	full := billing.Notification{
		At: 1_790_000_000, Plan: "Pro", InvoiceID: "in_1", InvoiceNumber: "X-0001",
		Amount: billing.Money{Amount: 2178, Currency: "usd"}, AmountKnown: true,
		Method:  &billing.ChargedMethod{Method: &billing.PaymentMethod{Type: "card", Brand: "amex", Last4: "0005"}},
		Missing: []billing.MissingKind{billing.MissingName, billing.MissingAddress, billing.MissingTaxID},
		AsOf:    1_790_000_000,
	}
	// Of the plan nothing may be known, of a bill to come not even the amount.
	unnamed, unknown := full, billing.Notification{At: full.At, SubscriptionID: "sub_1", Missing: full.Missing[:1]}
	unnamed.Plan, unnamed.Method, unnamed.InvoiceNumber = " ", nil, ""
	ahead := []billing.NotificationKind{billing.NotifyBillingData, billing.NotifyEnds, billing.NotifyRenewal, billing.NotifyLargeInvoice}
	for _, language := range wording.Languages() {
		says := wording.In(language, time.UTC)
		for _, kind := range billing.NotificationKinds() {
			told := []billing.Notification{full, unnamed}
			if slices.Contains(ahead, kind) {
				told[1] = unknown
			}
			for _, n := range told {
				n.Kind = kind
				for _, now := range []billing.Time{full.At - 1, full.At} {
					title, body := says.Notification(n, now)
					if odd.MatchString(strings.ReplaceAll(title+body, "in_1", "N")) || strings.HasSuffix(title, ".") || small.MatchString(title) || small.MatchString(body) {
						t.Errorf("%s in %s: %q, %q", kind, language, title, body)
					}
				}
			}
		}
	}
}

// small is what no sentence begins with.
var small = regexp.MustCompile(`^\p{Ll}`)

func TestANotificationNamesAllThatItIsAbout(t *testing.T) {
	n := billing.Notification{
		Kind: billing.NotifyPaymentFailed, Plan: "Pro", InvoiceNumber: "X-0001",
		Amount: billing.Money{Amount: 2178, Currency: "eur"}, AmountKnown: true, AsOf: 1_790_000_000,
		Method: &billing.ChargedMethod{Method: &billing.PaymentMethod{Type: "card", Brand: "visa", Last4: "4242"}},
	}
	title, body := wording.In("de", time.UTC).Notification(n, 1_790_000_000)
	for _, part := range []string{"21,78 EUR", "Pro", "X-0001", "Visa •••• 4242", "21.09.2026, 14:13 UTC"} {
		if !strings.Contains(title+" "+body, part) {
			t.Errorf("%q is not in %q, %q", part, title, body)
		}
	}
}

// TestANotificationIsThatOfTheWindow has the sentences that the window's own test has
// of the same notifications: notification.test.ts.
func TestANotificationIsThatOfTheWindow(t *testing.T) {
	says := wording.In("en", time.UTC)
	n := billing.Notification{
		Kind: billing.NotifyPaymentFailed, SubscriptionID: "sub_1", Plan: "Pro", InvoiceNumber: "A-1",
		Method: &billing.ChargedMethod{Method: &billing.PaymentMethod{Type: "card", Brand: "visa", Last4: "4242"}},
	}
	if _, body := says.Notification(n, 0); body != "For Pro, invoice A-1, from Visa •••• 4242. Billfold shows why, and what helps." {
		t.Errorf("%q", body)
	}
	n.Kind, n.Method = billing.NotifyRenewal, nil
	if _, body := says.Notification(n, 0); body != "It charges an amount that is not known yet to your payment method." {
		t.Errorf("%q", body)
	}
	bare := billing.Notification{Kind: billing.NotifyAccessRestored, InvoiceNumber: "A-1", Amount: billing.Money{Amount: 2400, Currency: "usd"}, AmountKnown: true}
	if title, body := says.Notification(bare, 0); title != "Paid: 24.00 USD for invoice A-1" || body != "Nothing is owed on invoice A-1 any more." {
		t.Errorf("%q, %q", title, body)
	}
}

func TestAnEndThatHasComeIsToldAsPast(t *testing.T) {
	n := billing.Notification{Kind: billing.NotifyEnds, Plan: "Pro", At: 100}
	says := wording.In("en", time.UTC)
	before, _ := says.Notification(n, 99)
	after, _ := says.Notification(n, 100)
	if before != "Pro ends on Jan 1, 1970" || after != "Pro has ended" {
		t.Errorf("%q, then %q", before, after)
	}
}

func TestLanguageIsTheFirstThatIsThere(t *testing.T) {
	for _, c := range []struct {
		tags []string
		want string
	}{
		{[]string{"de_AT.UTF-8"}, "de"}, {[]string{"de-CH"}, "de"}, {[]string{"DE"}, "de"}, {[]string{"de@euro"}, "de"},
		{[]string{"fr_FR", "de_DE"}, "de"}, {[]string{"en_GB", "de"}, "en"},
		{[]string{"C.UTF-8"}, "en"}, {[]string{""}, "en"}, {nil, "en"}, {[]string{"../../etc"}, "en"},
	} {
		if got := wording.Language(c.tags...); got != c.want {
			t.Errorf("%q: %s, want %s", c.tags, got, c.want)
		}
	}
}

func TestListsReadAsALanguageHasThem(t *testing.T) {
	for language, want := range map[string][]string{"en": {"", "a", "a and b", "a, b, and c"}, "de": {"", "a", "a und b", "a, b und c"}} {
		for i, text := range want {
			if got := wording.In(language, nil).List([]string{"a", "b", "c"}[:i]); got != text {
				t.Errorf("%s: %q, want %q", language, got, text)
			}
		}
	}
}

func TestAMethodIsCalledWhatPeopleCallIt(t *testing.T) {
	for want, m := range map[string]billing.PaymentMethod{
		"American Express •••• 0005":  {Type: "card", Brand: "amex", Last4: "0005"},
		"Carte Nouvelle •••• 1":       {Type: "card", Brand: "carte_nouvelle", Last4: "1"},
		"Card •••• 4242":              {Type: "card", Brand: "unknown", Last4: "4242"},
		"Card":                        {},
		"SEPA Direct Debit •••• 3000": {Type: "sepa_debit", Last4: "3000"},
		"Link":                        {Type: "link"},
		"Quantum Pay":                 {Type: "quantum_pay"},
	} {
		if got := wording.In("en", nil).Method(m); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
