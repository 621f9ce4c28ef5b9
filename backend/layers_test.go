// Package backend_test holds the rule that keeps the parts apart: who may import
// whom.
package backend_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers lists every package of the module, lowest floor first, with the
// packages of ours that it may import. "*" is all packages on floors below. The
// paths are below the module's root; "." is the desktop program.
var layers = []struct {
	floor   int
	path    string
	imports string
}{
	{1, "backend/billing", ""},
	{1, "backend/accent", ""},
	{1, "backend/pattern", ""},
	{1, "backend/stripewire", ""},
	{1, "backend/desktopbus", ""},
	{1, "frontend", ""},
	{1, "frontend/messages", ""},
	{1, "e2e/automation", ""},

	{2, "backend/stripeapi", "backend/billing backend/pattern backend/stripewire"},
	{2, "backend/sqlite", "backend/billing"},
	{2, "backend/documents", "backend/billing backend/pattern"},
	{2, "backend/viewer", "backend/billing"},
	{2, "backend/export", "backend/billing"},
	{2, "backend/deeplink", "backend/billing backend/pattern"},
	{2, "backend/instance", "backend/billing"},
	{2, "backend/autostart", "backend/billing"},
	{2, "backend/handoff", "backend/billing"},
	{2, "backend/paper", ""},
	{2, "backend/support", "backend/billing backend/pattern"},
	{2, "backend/wording", "backend/billing frontend/messages"},
	{2, "backend/vendorfile", "backend/billing backend/pattern"},

	{2, "backend/sandbox/issuer", ""},

	{2, "backend/gateway/scope", "backend/pattern backend/stripewire"},
	{2, "backend/gateway/identity", "backend/pattern backend/stripewire"},
	{2, "backend/gateway/changes", "backend/pattern backend/stripewire"},

	{3, "backend/statefile", "backend/billing backend/wording"},
	{3, "backend/gateway/engines", "backend/gateway/changes"},
	{3, "backend/gateway", "backend/pattern backend/stripewire backend/gateway/scope backend/gateway/identity backend/gateway/changes"},
	{3, "backend/session", "backend/billing backend/desktopbus backend/handoff"},
	{3, "backend/mirror", "backend/billing backend/stripeapi backend/sqlite"},
	{3, "backend/sandbox", "backend/pattern backend/stripewire backend/paper"},

	{4, "backend/companion", "backend/billing backend/deeplink backend/documents backend/handoff backend/stripeapi backend/sqlite backend/export backend/mirror backend/session backend/statefile backend/support"},

	{4, "backend/samplevendor", "backend/pattern backend/stripewire backend/vendorfile backend/gateway backend/gateway/identity backend/gateway/scope backend/sandbox backend/sandbox/issuer"},

	{5, "backend/browsermode", "backend/billing backend/companion"},
	{5, "backend/connection", "backend/accent backend/billing backend/documents backend/vendorfile backend/stripeapi backend/sqlite backend/sandbox backend/session backend/samplevendor backend/companion"},

	{6, "backend/cmd/billfold", "*"},
	{6, "backend/cmd/billfold-gateway", "backend/gateway backend/gateway/scope backend/gateway/identity backend/gateway/changes backend/gateway/engines"},
	{6, "backend/cmd/billfold-sandbox", "backend/sandbox backend/samplevendor"},
	{6, ".", "*"},
	{6, "bench", "*"},
	{6, "bench/emptywindow", "e2e/automation"},
}

// fences are modules of others that only some packages may import, because
// everything else must not depend on them.
var fences = []struct {
	module string
	only   string
}{
	{"github.com/stripe/stripe-go", "backend/stripeapi backend/gateway/changes"},
	{"github.com/stripe/stripe-mock", ""},
	{"github.com/mattn/go-sqlite3", "backend/sqlite"},
	{"github.com/go-text/typesetting", "backend/paper"},
	{"github.com/lucasb-eyer/go-colorful", "backend/accent"},
	{"github.com/wailsapp/wails", "."},
	{"github.com/pkg/browser", ". backend/viewer backend/cmd/billfold"},
	{"github.com/alecthomas/kong", ". backend/connection backend/cmd/billfold backend/cmd/billfold-gateway backend/cmd/billfold-sandbox"},
	{"github.com/coreos/go-oidc", "backend/gateway/identity backend/session"},
	{"golang.org/x/oauth2", "backend/session"},
	{"github.com/zalando/go-keyring", "backend/session"},
	{"github.com/godbus/dbus", "backend/desktopbus"},
	{"github.com/zitadel/oidc", "backend/sandbox/issuer"},
	{"github.com/nats-io", "backend/gateway/engines"},
	{"github.com/redis", "backend/gateway/engines"},
	{"github.com/prometheus", "backend/cmd/billfold-gateway"},
	{"github.com/jackc/pgx", "backend/cmd/billfold-gateway"},
	{"pgregory.net/rapid", ""},
	{"go.uber.org/goleak", ""},
}

// benchmarks compare us with the plain way of doing things, and so import what
// the fences keep from the product.
const benchmarks = "bench"

const module = "billfold"

func TestImportsGoDownwardsOnly(t *testing.T) {
	packages := importsByPackage(t, "..")
	for path, imports := range packages {
		t.Run(path, func(t *testing.T) {
			floor, allowed, known := layerOf(path)
			if !known {
				t.Fatalf("%s is not in the table of layers: give it a floor, and say what it may import", path)
			}
			for _, imported := range imports {
				below, _, _ := layerOf(imported)
				if below >= floor {
					t.Errorf("%s (floor %d) imports %s (floor %d): imports go downwards only", path, floor, imported, below)
				}
				if !slices.Contains(allowed, "*") && !slices.Contains(allowed, imported) {
					t.Errorf("%s imports %s, which the table does not allow", path, imported)
				}
			}
		})
	}
}

func TestEveryLayerOfTheTableExists(t *testing.T) {
	packages := importsByPackage(t, "..")
	for _, layer := range layers {
		if _, there := packages[layer.path]; !there {
			t.Errorf("the table names %s, which has no Go file", layer.path)
		}
		for _, allowed := range strings.Fields(layer.imports) {
			if below, _, known := layerOf(allowed); allowed != "*" && (!known || below >= layer.floor) {
				t.Errorf("the table lets %s import %s, which is not on a floor below", layer.path, allowed)
			}
		}
	}
}

func TestFencedModulesStayBehindTheirFence(t *testing.T) {
	for path, imports := range foreignImportsByPackage(t, "..") {
		for _, fence := range fences {
			for _, imported := range imports {
				inside := imported == fence.module || strings.HasPrefix(imported, fence.module+"/")
				if inside && !belongsTo(path, benchmarks) && !slices.Contains(strings.Fields(fence.only), path) {
					t.Errorf("%s imports %s, which is only for: %s", path, imported, fence.only)
				}
			}
		}
	}
}

func layerOf(path string) (floor int, imports []string, known bool) {
	for _, layer := range layers {
		if layer.path == path {
			return layer.floor, strings.Fields(layer.imports), true
		}
	}
	return 0, nil, false
}

func belongsTo(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// importsByPackage gives, for every package below root, the packages of ours
// that its files import, tests aside. Files of all build tags count.
func importsByPackage(t *testing.T, root string) map[string][]string {
	t.Helper()
	ours := make(map[string][]string)
	for path, imports := range allImports(t, root) {
		ours[path] = []string{}
		for imported := range imports {
			if imported == module {
				ours[path] = append(ours[path], ".")
			} else if below, found := strings.CutPrefix(imported, module+"/"); found {
				ours[path] = append(ours[path], below)
			}
		}
	}
	return ours
}

// foreignImportsByPackage is importsByPackage for the packages of others.
func foreignImportsByPackage(t *testing.T, root string) map[string][]string {
	t.Helper()
	foreign := make(map[string][]string)
	for path, imports := range allImports(t, root) {
		for imported := range imports {
			if imported != module && !strings.HasPrefix(imported, module+"/") {
				foreign[path] = append(foreign[path], imported)
			}
		}
	}
	return foreign
}

func allImports(t *testing.T, root string) map[string]map[string]bool {
	t.Helper()
	found := make(map[string]map[string]bool)
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(root, name, entry.Name()):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		path, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		imports, err := importsOf(name)
		if found[path] == nil {
			found[path] = make(map[string]bool)
		}
		maps.Copy(found[path], imports)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skipped leaves out what is not part of this module's packages.
func skipped(root, name, base string) bool {
	return name != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || base == "tools")
}

func importsOf(name string) (map[string]bool, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	imports := make(map[string]bool)
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		imports[path] = true
	}
	return imports, nil
}
