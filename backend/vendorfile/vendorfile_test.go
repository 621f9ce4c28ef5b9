package vendorfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/vendorfile"
)

const good = `{"name": "Quillforge", "gateway": "https://billing.quillforge.example/", "issuer": "https://login.quillforge.example/realms/main",
	"client_id": "billfold", "scopes": ["billing"], "resource": "https://billing.quillforge.example", "token": "access",
	"portal_hosts": ["pay.quillforge.example"], "support": "help@quillforge.example", "colours": {"accent": "#3B5bdb", "accent_dark": "#748ffc"}}`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vendor.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAVendorFileIsRead(t *testing.T) {
	got, err := vendorfile.Read(write(t, good))
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "Quillforge" || got.Gateway != "https://billing.quillforge.example" || got.Issuer != "https://login.quillforge.example/realms/main" ||
		got.ClientID != "billfold" || got.Colours.AccentDark != "#748ffc" || got.PortalHosts[0] != "pay.quillforge.example" {
		t.Errorf("read %+v", got)
	}
}

func TestAFaultInAVendorFileIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ old, with, says string }{
		"no name":                {`"name": "Quillforge", `, ``, "lacks name"},
		"no client":              {`"client_id": "billfold", `, ``, "lacks client_id"},
		"a field nobody knows":   {`"token"`, `"tokens"`, `does not know: "tokens"`},
		"a number for a text":    {`"billfold"`, `7`, "number in client_id"},
		"a gateway in the clear": {`"https://billing.quillforge.example/"`, `"http://billing.quillforge.example"`, "gateway that does not begin with https://"},
		"a gateway with a path":  {`"https://billing.quillforge.example/"`, `"https://billing.quillforge.example/v1"`, "gateway with a path"},
		"an issuer that is none": {`"https://login.quillforge.example/realms/main"`, `"login"`, "issuer that is no web address"},
		"another kind of token":  {`"access"`, `"refresh"`, "neither access nor id"},
		"a scope with a space":   {`["billing"]`, `["billing all"]`, "scopes"},
		"a colour by name":       {`"#3B5bdb"`, `"blue"`, "colours.accent"},
		"a host with a path":     {`pay.quillforge.example`, `pay.quillforge.example/x`, "portal_hosts"},
		"two objects":            {`"#748ffc"}}`, `"#748ffc"}} {}`, "after its JSON object"},
		"no JSON":                {`{"name"`, `name`, "not a JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			spoiled := strings.Replace(good, c.old, c.with, 1)
			if spoiled == good {
				t.Fatal("nothing was spoiled")
			}
			path := write(t, spoiled)
			_, err := vendorfile.Read(path)
			if billing.CodeOf(err) != billing.CodeInvalid || !strings.Contains(billing.MessageOf(err), c.says) ||
				!strings.Contains(billing.MessageOf(err), path) {
				t.Errorf("says %v", err)
			}
		})
	}
	if _, err := vendorfile.Read(filepath.Join(t.TempDir(), "none")); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := vendorfile.Read(write(t, good+strings.Repeat(" ", 70<<10))); billing.CodeOf(err) != billing.CodeInvalid {
		t.Errorf("a file without end: %v", err)
	}
}

func TestNoVendorIsBuiltIn(t *testing.T) {
	if _, there, err := vendorfile.Embedded(); there || err != nil {
		t.Errorf("built in: %v, %v", there, err)
	}
}
