package deeplink_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/deeplink"
)

// led is where a link leads, as the window's own test reads it too: address is the
// window's.
type led struct{ Link, View, ID, Address string }

func leads(t testing.TB) []led {
	t.Helper()
	body, err := os.ReadFile("testdata/views.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []led
	if err := json.Unmarshal(body, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryViewIsLedToAsTheWindowKnowsIt(t *testing.T) {
	var seen []string
	for _, one := range leads(t) {
		want := deeplink.Destination{View: one.View, ID: one.ID}
		for _, text := range []string{one.Link, "billfold://" + one.Link, "billfold://" + one.Link + "/", "BillFold://" + one.Link} {
			if got, err := deeplink.Parse(text); err != nil || got != want {
				t.Errorf("Parse(%q) = %+v, %v; want %+v", text, got, err, want)
			}
		}
		if one.ID == "" {
			seen = append(seen, one.View)
		}
	}
	if !slices.Equal(seen, deeplink.Views()) {
		t.Errorf("testdata/views.json has %v, a link may name %v", seen, deeplink.Views())
	}
}

func TestTheDocumentationHasTheTable(t *testing.T) {
	page, err := os.ReadFile("../../docs/command-line.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "|---|---|\n"+deeplink.Table()) {
		t.Errorf("docs/command-line.md lacks these rows:\n%s", deeplink.Table())
	}
	if help := deeplink.Help(); !strings.Contains(help, "invoices[/ID]") || !strings.Contains(help, "settings") {
		t.Errorf("help says %q", help)
	}
}

func TestParseReads(t *testing.T) {
	cases := map[string]deeplink.Destination{
		"":                                  {View: "overview"},
		"/":                                 {View: "overview"},
		"billfold://":                       {View: "overview"},
		"billfold:///":                      {View: "overview"},
		"BILLFOLD://invoices":               {View: "invoices"},
		"bIllfOLD://invoices/in_1/":         {View: "invoices", ID: "in_1"},
		"invoices/in_1PabcDEF":              {View: "invoices", ID: "in_1PabcDEF"},
		"billfold://invoices/78SW2CFJ-0006": {View: "invoices", ID: "78SW2CFJ-0006"},
	}
	for text, want := range cases {
		t.Run(text, func(t *testing.T) {
			got, err := deeplink.Parse(text)
			if err != nil || got != want {
				t.Fatalf("Parse(%q) = %+v, %v; want %+v", text, got, err, want)
			}
		})
	}
}

// hostile are links that somebody might have others click, and what breaks readers
// of links.
var hostile = []string{
	// Other schemes, and ours without what belongs to it.
	"https://example.com", "javascript:alert(1)", "file:///etc/passwd", "/etc/passwd", "data:text/html,x",
	"billfold:", "billfold:/", "billfold:invoices", "billfold:/invoices", "billfold;//invoices", "billfold//invoices",
	"xbillfold://invoices", "billfold+x://invoices", " billfold://invoices", "billfold ://invoices", "billfold://billfold://invoices",
	"billfold:///invoices", "billfold:////invoices", "billfold:\\\\invoices", "bıllfold://invoices",
	// More than a view and an object.
	"billfold://evil@invoices", "billfold://user:secret@invoices/in_1", "billfold://invoices:80", "billfold://invoices:80/in_1",
	"billfold://invoices?", "billfold://invoices/in_1?token=x", "billfold://invoices?id=in_1", "billfold://invoices#x", "billfold://invoices/#/settings",
	"billfold://invoices/in_1/pay", "billfold://invoices/in_1//", "billfold://invoices//in_1", "billfold://invoices;x=1", "billfold://invoices&open=settings",
	"billfold://billing-information/edit", "billfold://billing-information/tax-id", "billfold://standing/bank", "billfold://documents/receipt/ch_1",
	"billfold://payments/ch_1", "billfold://settings/forget", "overview/in_1", "billfold://export", "billfold://pay", "billfold://sign-out",
	// Ways out of a folder or of an encoding.
	"billfold://invoices/..", "billfold://invoices/../overview", "billfold://../invoices", "billfold://invoices/%2e%2e", "billfold://invoices/in%5f1",
	"billfold://%69nvoices", "billfold://invoices/in_1%00", "billfold://invoices/%0d%0aX: y", "billfold://invoices/in_1\\x",
	// Bytes that are not for people.
	"invoices/in_1\n", "invoices\r\n", "invoices/in_1\x00", "\x00invoices", "invoices/in 1", "invoices/\tin_1", "invoices/\xff\xfe", "\ufeffinvoices",
	"invoices/\u202egpj", "invoices/in_\u2066 1", "invoices/іn_1", "invoices/in_１", "Invoices", "INVOICES/in_1",
	// What a shell or a reader of flags would take for something else.
	"--version", "-h", "--", "--url=http://evil.example", "billfold://--url=http://evil.example", "billfold://invoices/-rf", "billfold://invoices/--help",
	"billfold://invoices --url=http://evil.example", `billfold://invoices" --url="http://evil.example`, "billfold://$(id)", "billfold://`id`", "billfold://invoices/in_1;id", "billfold://invoices|id",
	// Too much.
	"invoices/" + strings.Repeat("a", 129), "billfold://" + strings.Repeat("a", 10<<10), "billfold://invoices/" + strings.Repeat("../", 4<<10), strings.Repeat("/", 10<<10),
}

func TestParseRefusesWhole(t *testing.T) {
	for _, text := range hostile {
		t.Run(text[:min(len(text), 60)], func(t *testing.T) {
			got, err := deeplink.Parse(text)
			if billing.CodeOf(err) != billing.CodeInvalid || got != (deeplink.Destination{}) {
				t.Fatalf("Parse(%q) = %+v, %v; want a refusal", text, got, err)
			}
		})
	}
}

func TestRefusalRepeatsNothing(t *testing.T) {
	_, err := deeplink.Parse("billfold://Your-account-is-locked-call-0900-1234")
	if err == nil || strings.Contains(err.Error(), "0900") {
		t.Errorf("the refusal says %v", err)
	}
}

func TestLinksAreToldFromOtherWords(t *testing.T) {
	for text, want := range map[string]bool{
		"billfold://invoices": true, "BILLFOLD:x": true, "billfold:": true,
		"": false, "billfold": false, "invoices": false, "--url=billfold:": false, "billfolds://x": false,
	} {
		if got := deeplink.IsLink(text); got != want {
			t.Errorf("IsLink(%q) = %v", text, got)
		}
	}
}

// safe is all that may ever come out of a link.
var safe = regexp.MustCompile(`^[a-z]+(-[a-z]+)?(/[A-Za-z0-9][A-Za-z0-9_-]{0,127})?$`)

// mustBeHarmless holds what Parse makes of any text at all against what it promises.
func mustBeHarmless(t interface {
	Helper()
	Errorf(string, ...any)
}, text string) {
	t.Helper()
	got, err := deeplink.Parse(text)
	if err != nil {
		if billing.CodeOf(err) != billing.CodeInvalid || got != (deeplink.Destination{}) {
			t.Errorf("Parse(%q) = %+v, %v", text, got, err)
		}
		return
	}
	if !slices.Contains(deeplink.Views(), got.View) || !safe.MatchString(got.String()) {
		t.Errorf("Parse(%q) = %+v", text, got)
	}
	for _, again := range []string{got.String(), deeplink.Scheme + "://" + got.String()} {
		if read, err := deeplink.Parse(again); err != nil || read != got {
			t.Errorf("Parse(%q) = %+v, which reads back from %q as %+v, %v", text, got, again, read, err)
		}
	}
	if strings.ContainsAny(text, "?#@%\\ \x00\n") {
		t.Errorf("Parse(%q) let something through: %+v", text, got)
	}
}

func TestWhateverIsParsedIsHarmless(t *testing.T) {
	shaped := rapid.StringMatching(`([bB]illfold:/{0,3})?[a-z-]{0,12}(/[A-Za-z0-9_%./-]{0,20})?[/?#]{0,2}`)
	rapid.Check(t, func(t *rapid.T) {
		mustBeHarmless(t, rapid.OneOf(rapid.String(), shaped, rapid.SampledFrom(hostile)).Draw(t, "text"))
	})
}

// FuzzParse has a corpus in testdata; `go test -fuzz FuzzParse ./backend/deeplink`
// looks for more.
func FuzzParse(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	for _, one := range leads(f) {
		f.Add("billfold://" + one.Link)
	}
	f.Fuzz(func(t *testing.T, text string) { mustBeHarmless(t, text) })
}
