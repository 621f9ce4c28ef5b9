package documents

import (
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"billfold/backend/billing"
)

// DefaultTemplate sorts documents by vendor and year.
const DefaultTemplate = "{vendor}/{year}/{date}_{number}_{amount}"

// Template names the file of a document, as a path below the archive's folder.
type Template struct{ segments []string }

// placeholders are what a template may be made of.
var placeholders = map[string]func(billing.Document) string{
	"vendor":   func(d billing.Document) string { return orElse(d.Vendor, "Vendor") },
	"year":     func(d billing.Document) string { return dateOf(d, "2006") },
	"month":    func(d billing.Document) string { return dateOf(d, "01") },
	"date":     func(d billing.Document) string { return dateOf(d, time.DateOnly) },
	"number":   func(d billing.Document) string { return orElse(d.Number, d.ID) },
	"amount":   func(d billing.Document) string { return d.Amount.Decimal() },
	"currency": func(d billing.Document) string { return strings.ToUpper(d.Amount.Currency) },
	"kind":     func(d billing.Document) string { return strings.ReplaceAll(string(d.Kind), "_", "-") },
	"status":   func(d billing.Document) string { return d.Status },
	"plan":     func(d billing.Document) string { return orElse(d.Plan, "no plan") },
	"customer": func(d billing.Document) string { return orElse(d.Customer, "no name") },
}

// dateOf writes the day of the document in UTC, which is what is printed on it.
func dateOf(d billing.Document, layout string) string {
	if !d.IssuedAt.Known() {
		return "undated"
	}
	return d.IssuedAt.Go().Format(layout)
}

func orElse(value, instead string) string {
	if clean(value) == "" {
		return instead
	}
	return value
}

// Bounds of a name, in bytes: a file name has 255 at most nearly everywhere, and a
// suffix must still fit.
const (
	longestTemplate = 400
	deepest         = 8
	longestValue    = 100
	longestFolder   = 120
	longestFile     = 180
)

// ParseTemplate reads a template such as DefaultTemplate; ".pdf" at its end may be
// left out. What names nothing, or leads out of the folder, is CodeInvalid.
func ParseTemplate(text string) (Template, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), `\`, "/")
	switch {
	case text == "":
		return Template{}, invalidName("The file name pattern is empty.")
	case len(text) > longestTemplate:
		return Template{}, invalidName("The file name pattern is too long.")
	case strings.HasPrefix(text, "/") || strings.HasSuffix(text, "/") || strings.Contains(text, "//"):
		return Template{}, invalidName("The file name pattern has a part without a name: write it as folder/file.")
	}
	if cut := len(text) - len(".pdf"); cut > 0 && strings.EqualFold(text[cut:], ".pdf") {
		text = text[:cut]
	}
	segments := strings.Split(text, "/")
	if len(segments) > deepest {
		return Template{}, invalidName(fmt.Sprintf("The file name pattern is more than %d folders deep.", deepest-1))
	}
	for _, segment := range segments {
		if strings.Trim(segment, ". ") == "" {
			return Template{}, invalidName("A part of the file name pattern is only dots or spaces.")
		}
		if _, err := fill(segment, billing.Document{}); err != nil {
			return Template{}, err
		}
	}
	return Template{segments}, nil
}

func invalidName(message string) error { return billing.NewError(billing.CodeInvalid, message, nil) }

// fill puts values in the place of placeholders. Each value is cleaned by itself,
// so that none can add a folder.
func fill(segment string, d billing.Document) (string, error) {
	var filled strings.Builder
	for {
		before, rest, found := strings.Cut(segment, "{")
		if strings.Contains(before, "}") {
			return "", invalidName("The file name pattern has a } without its {.")
		}
		filled.WriteString(before)
		if !found {
			return filled.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := placeholders[name]
		if !closed || !known {
			return "", invalidName("The file name pattern may hold {vendor}, {year}, {month}, {date}, {number}, {amount}, {currency}, " +
				"{kind}, {status}, {plan} and {customer}, and no other braces.")
		}
		filled.WriteString(cut(clean(value(d)), longestValue))
		segment = after
	}
}

// Name is the path of a document below the folder, with slashes, safe on every
// system. mark, such as "v2", goes before the extension; "" is none.
func (t Template) Name(d billing.Document, mark string) string {
	segments := t.segments
	if len(segments) == 0 {
		segments = strings.Split(DefaultTemplate, "/")
	}
	parts := make([]string, 0, len(segments))
	for i, segment := range segments {
		filled, _ := fill(segment, d) // the template was parsed
		if i == len(segments)-1 {
			parts = append(parts, safe(cut(clean(filled), longestFile)+mark, "document"+mark)+".pdf")
		} else {
			parts = append(parts, safe(cut(clean(filled), longestFolder), "other"))
		}
	}
	return path.Join(parts...)
}

// clean makes text fit into one name: no separators and none of what Windows
// refuses, nothing invisible, no marks that turn the direction of writing, single
// spaces.
func clean(text string) string {
	var kept strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch {
		case unicode.IsSpace(r):
			kept.WriteByte(' ')
		case strings.ContainsRune(`/\:*?"<>|`, r):
			kept.WriteByte('-')
		case r == utf8.RuneError || !unicode.IsPrint(r): // control, format and private characters too
		default:
			kept.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(kept.String()), " ")
}

// cut shortens text to so many bytes, at a rune's border.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// reserved are names of devices on Windows, with any extension.
// Source: Microsoft, "Naming Files, Paths, and Namespaces".
var reserved = map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true, "CONIN$": true, "CONOUT$": true}

func init() {
	for _, digit := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"} {
		reserved["COM"+digit], reserved["LPT"+digit] = true, true
	}
}

// safe keeps a part of a path from being hidden, empty, or a device: dots and
// spaces at its ends go, and a device gets a line before it.
func safe(part, instead string) string {
	part = strings.Trim(part, " .")
	if part == "" {
		part = instead
	}
	stem, _, _ := strings.Cut(part, ".")
	if reserved[strings.ToUpper(strings.TrimSpace(stem))] {
		part = "_" + part
	}
	return part
}
