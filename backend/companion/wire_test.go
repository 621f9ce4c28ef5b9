package companion_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// typesFile says in TypeScript what the window expects: types.ts, and one file per
// further subject beside it. They are kept by hand.
const typesFile = "../../frontend/src/api/types*.ts"

// wire is all that the window asks for.
var wire = []any{
	companion.Overview{}, companion.InvoiceDetail{}, companion.SyncState{}, companion.Preferences{},
	companion.Scenario{}, companion.About{}, companion.Destination{},
	billing.Standing{}, billing.Notification{}, billing.NotificationSettings{}, companion.SupportCase{}, companion.Note{}, companion.NotificationWay(""), companion.AtLogin{},
	billing.InvoiceFilter{}, companion.InvoicePage{}, billing.PaymentFilter{}, companion.PaymentPage{},
	companion.SpendingFilter{}, billing.Spending{}, companion.LedgerFilter{}, companion.LedgerPage{}, companion.ExportRequest{}, companion.ExportResult{},
	companion.DocumentsState{}, companion.DocumentSelection{}, companion.DocumentContent{}, companion.DocumentSettings{},
	companion.NamePreview{}, companion.ArchiveState{},
	companion.AccountsView{}, companion.SignInState{},
	companion.HandOffRequest{}, companion.HandOffTicket{}, companion.HandOffState{},
	companion.PaymentMethodsView{}, companion.PlanView{},
	companion.BillingInformationView{}, billing.BillingDraft{}, companion.BillingReview{}, companion.BillingSaved{},
	companion.TaxIDDraft{}, companion.TaxIDReplacement{}, companion.TaxIDChange{}, billing.TaxIDType{},
}

// declaration is one type of the wire: an interface with its fields, or the
// allowed values of a string.
type declaration struct {
	extends string
	fields  map[string]string
	values  []string
}

func TestTheWindowExpectsWhatGoSends(t *testing.T) {
	sent := declarationsOfGo(t)
	expected := declarationsOfTypeScript(t)
	for name, ours := range sent {
		theirs, there := expected[name]
		if !there {
			t.Errorf("%s: Go sends %s, which is missing", typesFile, name)
			continue
		}
		compare(t, name, ours, theirs)
	}
	for name := range expected {
		if _, there := sent[name]; !there {
			t.Errorf("%s: %s is nothing that Go sends", typesFile, name)
		}
	}
}

func compare(t *testing.T, name string, ours, theirs declaration) {
	t.Helper()
	if ours.extends != theirs.extends {
		t.Errorf("%s: Go embeds %q, the window extends %q", name, ours.extends, theirs.extends)
	}
	if !slices.Equal(ours.values, theirs.values) {
		t.Errorf("%s: Go has the values %v, the window %v", name, ours.values, theirs.values)
	}
	for field, kind := range ours.fields {
		switch got, there := theirs.fields[field]; {
		case !there:
			t.Errorf("%s.%s: Go sends it as %s, the window does not know it", name, field, kind)
		case got != kind && got != kind+" | ''":
			t.Errorf("%s.%s: Go sends %s, the window expects %s", name, field, kind, got)
		}
	}
	for field := range theirs.fields {
		if _, there := ours.fields[field]; !there {
			t.Errorf("%s.%s: the window expects it, Go does not send it", name, field)
		}
	}
}

func declarationsOfGo(t *testing.T) map[string]declaration {
	t.Helper()
	values := stringConstants(t, "../billing")
	maps.Copy(values, stringConstants(t, "."))
	reader := goReader{found: map[string]declaration{}, types: map[string]reflect.Type{}, values: values}
	for _, value := range wire {
		reader.nameOf(t, reflect.TypeOf(value))
	}
	return reader.found
}

// goReader writes Go types as TypeScript would.
type goReader struct {
	found  map[string]declaration
	types  map[string]reflect.Type
	values map[string][]string
}

func (r *goReader) nameOf(t *testing.T, typ reflect.Type) string {
	t.Helper()
	switch typ.Kind() {
	case reflect.Pointer:
		return r.nameOf(t, typ.Elem()) + " | null"
	case reflect.Slice:
		return r.nameOf(t, typ.Elem()) + "[]"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64, reflect.Float64:
		if typ == reflect.TypeFor[billing.Time]() {
			r.found["Time"] = declaration{}
			return "Time"
		}
		return "number"
	case reflect.String:
		if typ.Name() == "string" {
			return "string"
		}
		r.found[typ.Name()] = declaration{values: r.values[typ.Name()]}
		return typ.Name()
	case reflect.Struct:
		r.readStruct(t, typ)
		return typ.Name()
	default:
		t.Fatalf("%s has a kind that the window has no word for", typ)
		return ""
	}
}

func (r *goReader) readStruct(t *testing.T, typ reflect.Type) {
	t.Helper()
	if before, seen := r.types[typ.Name()]; seen {
		if before != typ {
			t.Errorf("%s and %s are both called %s on the wire", before, typ, typ.Name())
		}
		return
	}
	r.types[typ.Name()] = typ
	read := declaration{fields: map[string]string{}}
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			read.extends = r.nameOf(t, field.Type)
		case name == "" && field.IsExported():
			t.Errorf("%s.%s has no name on the wire", typ, field.Name)
		case name != "" && name != "-":
			read.fields[name] = r.nameOf(t, field.Type)
		}
	}
	r.found[typ.Name()] = read
}

// stringConstants collects the string constants of each named type of a package.
func stringConstants(t *testing.T, dir string) map[string][]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok {
				return true
			}
			typ, named := spec.Type.(*ast.Ident)
			for _, value := range spec.Values {
				literal, isLiteral := value.(*ast.BasicLit)
				if named && isLiteral && literal.Kind == token.STRING {
					text, _ := strconv.Unquote(literal.Value)
					found[typ.Name] = append(found[typ.Name], text)
				}
			}
			return true
		})
	}
	for _, values := range found {
		slices.Sort(values)
	}
	return found
}

var (
	comments   = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	interfaces = regexp.MustCompile(`(?s)export interface (\w+)(?: extends (\w+))? \{(.*?)\n\}`)
	aliases    = regexp.MustCompile(`(?s)export type (\w+) =(.*?)(?:\n\n|\z)`)
	fieldLine  = regexp.MustCompile(`^(\w+)\??: (.+?);?$`)
	literals   = regexp.MustCompile(`'([^']*)'`)
)

// declarationsOfTypeScript reads the flat file of interfaces and unions; a line
// that it does not understand fails the test.
func declarationsOfTypeScript(t *testing.T) map[string]declaration {
	t.Helper()
	paths, err := filepath.Glob(typesFile)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text += comments.ReplaceAllString(string(source), "")
	}
	found := map[string]declaration{}
	for _, match := range interfaces.FindAllStringSubmatch(text, -1) {
		found[match[1]] = declaration{extends: match[2], fields: fieldsOf(t, match[1], match[3])}
	}
	for _, match := range aliases.FindAllStringSubmatch(text, -1) {
		var values []string
		for _, literal := range literals.FindAllStringSubmatch(match[2], -1) {
			values = append(values, literal[1])
		}
		slices.Sort(values)
		found[match[1]] = declaration{values: values}
	}
	if declared := strings.Count(text, "export "); declared != len(found) {
		t.Fatalf("%s has %d declarations, of which %d were understood: %v", typesFile, declared, len(found), slices.Sorted(maps.Keys(found)))
	}
	return found
}

func fieldsOf(t *testing.T, name, body string) map[string]string {
	t.Helper()
	fields := map[string]string{}
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		match := fieldLine.FindStringSubmatch(line)
		if match == nil {
			t.Fatalf("%s: in %s, %q is not understood", typesFile, name, line)
		}
		fields[match[1]] = match[2]
	}
	return fields
}
