package documents_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

func TestNames(t *testing.T) {
	plain := bill(1)
	with := func(change func(*billing.Document)) billing.Document {
		d := plain
		change(&d)
		return d
	}
	long := strings.Repeat("9", 300)
	cases := []struct {
		name, template string
		document       billing.Document
		want           string
	}{
		{"TheUsualOne", documents.DefaultTemplate, plain, "Quillforge/2024/2024-03-02_N-0001_10.01.pdf"},
		{"EveryPlaceholder", "{customer}/{plan}/{kind} {status} {month} {currency}.pdf", plain, "Ada/no plan/invoice paid 03 USD.pdf"},
		{"Backslashes", `{year}\{number}`, plain, "2024/N-0001.pdf"},
		{"Separators", "{number}", with(func(d *billing.Document) { d.Number = `../../etc/pass\wd` }), "-..-etc-pass-wd.pdf"},
		{"WhatWindowsRefuses", "{number}", with(func(d *billing.Document) { d.Number = `a<b>:"c|d?e*` }), "a-b---c-d-e-.pdf"},
		{"ADeviceOfWindows", "{number}", with(func(d *billing.Document) { d.Number = "com1" }), "_com1.pdf"},
		{"ADeviceWithAnExtension", "{number}", with(func(d *billing.Document) { d.Number = "NUL.x" }), "_NUL.x.pdf"},
		{"AVendorThatIsADevice", "{vendor}/{number}", with(func(d *billing.Document) { d.Vendor = "aux" }), "_aux/N-0001.pdf"},
		{"DotsAndSpacesAtTheEnd", "{vendor}/{number}", with(func(d *billing.Document) { d.Vendor = "Acme Inc. . " }), "Acme Inc/N-0001.pdf"},
		{"AHiddenName", "{number}", with(func(d *billing.Document) { d.Number = "..hidden" }), "hidden.pdf"},
		{"MarksThatTurnTheDirection", "{number}", with(func(d *billing.Document) { d.Number = "inv\u202efdp.exe\u200b" }), "invfdp.exe.pdf"},
		{"ControlCharacters", "{number}", with(func(d *billing.Document) { d.Number = "a\x00b\nc\x1b[0m" }), "ab c[0m.pdf"},
		{"NothingLeft", "{number}", with(func(d *billing.Document) { d.Number = "\u202e\x00" }), "in_1.pdf"},
		{"NoVendor", "{vendor}/{number}", with(func(d *billing.Document) { d.Vendor = "" }), "Vendor/N-0001.pdf"},
		{"NoDate", "{year}/{date}", with(func(d *billing.Document) { d.IssuedAt = 0 }), "undated/undated.pdf"},
		{"ThreeHundredCharacters", "{number}", with(func(d *billing.Document) { d.Number = long }), long[:100] + ".pdf"},
		{"AnotherSystemsAccents", "{number}", with(func(d *billing.Document) { d.Number = "e\u0301" }), "\u00e9.pdf"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := mustTemplate(t, c.template).Name(c.document, ""); got != c.want {
				t.Errorf("named %q, want %q", got, c.want)
			}
		})
	}
}

func TestTemplatesThatNameNothing(t *testing.T) {
	for _, text := range []string{"", " ", "/etc/{number}", "{number}/", "a//b", "../{number}", "{year}/../{number}", "./x", "{nothing}", "{number", "number}",
		"{{number}}", "{year}/ . /{number}", strings.Repeat("a/", 9) + "b", strings.Repeat("a", 401)} {
		if _, err := documents.ParseTemplate(text); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%q = %v", text, err)
		}
	}
}

// Whatever a vendor writes into its documents and a person into the template, the
// name is one that every system takes, below the folder.
func TestEveryNameIsSafe(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	hostile := rapid.OneOf(rapid.String(), rapid.StringMatching(`[./\\ :]{0,12}`), rapid.StringMatching(`(CON|nul|Com¹|lpt9)[. ]{0,3}[a-z]{0,3}`),
		rapid.StringOfN(rapid.RuneFrom([]rune("é漢\u202e\u0301🂡")), 0, 400, -1))
	parts := rapid.SampledFrom([]string{"{vendor}", "{year}", "{number}", "{plan}", "{customer}", "{status}", "{amount}", "/", "-", "x", " ", ".", "é"})
	rapid.Check(t, func(t *rapid.T) {
		text := "{number}" + strings.Join(rapid.SliceOfN(parts, 0, 10).Draw(t, "template"), "")
		template, err := documents.ParseTemplate(text)
		if err != nil {
			t.Skip("no template")
		}
		d := billing.Document{
			DocumentRef: billing.DocumentRef{Kind: billing.DocumentInvoice, ID: hostile.Draw(t, "id")},
			Number:      hostile.Draw(t, "number"), Vendor: hostile.Draw(t, "vendor"), Plan: hostile.Draw(t, "plan"),
			Customer: hostile.Draw(t, "customer"), Status: hostile.Draw(t, "status"),
			IssuedAt: billing.Time(rapid.Int64Range(0, 1<<40).Draw(t, "at")), Amount: billing.Money{Amount: rapid.Int64().Draw(t, "amount"), Currency: "kwd"},
		}
		name := template.Name(d, rapid.SampledFrom([]string{"", "_v2", " (3)", "_v12 (999)"}).Draw(t, "mark"))
		if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name || !utf8.ValidString(name) {
			t.Fatalf("%q leads elsewhere", name)
		}
		if strings.Count(name, "/") != strings.Count(text, "/") {
			t.Fatalf("%q has other folders than %q", name, text)
		}
		for part := range strings.SplitSeq(name, "/") {
			mustBeSafe(t, part)
		}
		if strings.ToLower(path.Ext(name)) != ".pdf" {
			t.Fatalf("%q lost its extension", name)
		}
		if err := root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o700); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if err := root.WriteFile(filepath.FromSlash(name), nil, 0o600); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
	})
}

func mustBeSafe(t *rapid.T, part string) {
	stem, _, _ := strings.Cut(part, ".")
	switch {
	case part == "" || len(part) > 255:
		t.Fatalf("%q has %d bytes", part, len(part))
	case strings.ContainsAny(part, `/\:*?"<>|`):
		t.Fatalf("%q holds a character that Windows refuses", part)
	case strings.TrimRight(part, " .") != part || strings.TrimLeft(part, " .") != part:
		t.Fatalf("%q has dots or spaces at an end", part)
	case documents.Reserved(strings.ToUpper(strings.TrimSpace(stem))):
		t.Fatalf("%q is a device on Windows", part)
	}
	for _, r := range part {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || (unicode.IsSpace(r) && r != ' ') {
			t.Fatalf("%q holds %U", part, r)
		}
	}
}
