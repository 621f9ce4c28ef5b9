// Package vendorfile reads what a vendor ships beside Billfold: which gateway and
// sign-in it is for, and the vendor's name, colours and address for help. The file
// is given by a flag, or built in.
package vendorfile

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/pattern"
)

// Vendor is one vendor's file.
type Vendor struct {
	// Name is how subscribers know the vendor.
	Name string `json:"name"`
	// Gateway is the address of the vendor's billfold-gateway.
	Gateway string `json:"gateway"`
	// Issuer and ClientID are the vendor's OpenID provider, and Billfold's name there.
	Issuer   string `json:"issuer"`
	ClientID string `json:"client_id"`
	// Scopes are asked for beside openid and offline_access.
	Scopes []string `json:"scopes,omitempty"`
	// Resource is the parameter of RFC 8707, Audience the older one that some
	// providers have in its place.
	Resource string `json:"resource,omitempty"`
	Audience string `json:"audience,omitempty"`
	// Token is what the gateway is shown: access, or id where access tokens can be read
	// by the provider alone; "" is access.
	Token string `json:"token,omitempty"`
	// PortalHosts are where the vendor's hosted pages are, beside Stripe's own.
	PortalHosts []string `json:"portal_hosts,omitempty"`
	// Support is an e-mail address or a web page.
	Support string `json:"support,omitempty"`
	// Colours are those of the vendor's mark, for light and for dark.
	Colours Colours `json:"colours,omitzero"`
}

// Colours are written #rrggbb; "" is Billfold's own.
type Colours struct {
	Accent     string `json:"accent,omitempty"`
	AccentDark string `json:"accent_dark,omitempty"`
}

// maxFile bounds the file, in bytes.
const maxFile = 64 << 10

// embedded is where a vendor's build puts vendor.json; see docs/operating.md.
//
//go:embed all:embedded
var embedded embed.FS

// Embedded is the vendor that was built in; false for none.
func Embedded() (Vendor, bool, error) {
	body, err := embedded.ReadFile("embedded/vendor.json")
	if errors.Is(err, fs.ErrNotExist) {
		return Vendor{}, false, nil
	}
	if err != nil {
		return Vendor{}, false, err
	}
	vendor, err := parse("that was built in", body)
	return vendor, err == nil, err
}

// Read reads a vendor's file. What it does not hold, or should not, is CodeInvalid
// and names the field.
func Read(path string) (Vendor, error) {
	file, err := os.Open(path)
	if err != nil {
		return Vendor{}, billing.NewError(billing.CodeInvalid, "The vendor file "+path+" cannot be read.", err)
	}
	defer func() { _ = file.Close() }()
	body, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil || len(body) > maxFile {
		return Vendor{}, billing.NewError(billing.CodeInvalid, "The vendor file "+path+" cannot be read, or is longer than 64 KiB.", err)
	}
	return parse(path, body)
}

func parse(name string, body []byte) (Vendor, error) {
	fault := func(what string) error {
		return billing.NewError(billing.CodeInvalid, "The vendor file "+name+" "+what+".", nil)
	}
	var vendor Vendor
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	var kind *json.UnmarshalTypeError
	switch err := decoder.Decode(&vendor); {
	case errors.As(err, &kind):
		return Vendor{}, fault(fmt.Sprintf("has a %s in %s, which takes none", kind.Value, kind.Field))
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field "):
		return Vendor{}, fault("has a field that Billfold does not know: " + strings.TrimPrefix(err.Error(), "json: unknown field "))
	case err != nil:
		return Vendor{}, fault("is not a JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Vendor{}, fault("has something after its JSON object")
	}
	vendor.Gateway = strings.TrimSuffix(vendor.Gateway, "/")
	if err := vendor.check(); err != nil {
		return Vendor{}, fault(err.Error())
	}
	return vendor, nil
}

var (
	colour = pattern.Of(`^#[0-9A-Fa-f]{6}$`)
	scope  = pattern.Of(`^[\x21\x23-\x5B\x5D-\x7E]{1,200}$`) // RFC 6749, section 3.3
	host   = pattern.Of(`^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$`)
)

// check names the first field that makes no sense.
func (v Vendor) check() error {
	for _, field := range []struct{ name, value string }{
		{"name", v.Name}, {"gateway", v.Gateway}, {"issuer", v.Issuer}, {"client_id", v.ClientID},
	} {
		if field.value == "" {
			return errors.New("lacks " + field.name)
		}
		if len(field.value) > 500 || strings.ContainsFunc(field.value, control) {
			return errors.New("has a " + field.name + " that is too long, or not plain text")
		}
	}
	if err := errors.Join(address("gateway", v.Gateway, false), address("issuer", v.Issuer, true)); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return errors.New(first)
	}
	for _, one := range v.Scopes {
		if !scope.MatchString(one) {
			return errors.New("has a scope in scopes that none can be")
		}
	}
	for _, one := range v.PortalHosts {
		if !host.MatchString(one) {
			return errors.New("has a host in portal_hosts that none can be: give it as billing.example.com")
		}
	}
	if !slices.Contains([]string{"", "access", "id"}, v.Token) {
		return errors.New("has a token that is neither access nor id")
	}
	for _, field := range []struct{ name, value string }{{"accent", v.Colours.Accent}, {"accent_dark", v.Colours.AccentDark}} {
		if field.value != "" && !colour.MatchString(field.value) {
			return errors.New("has a colours." + field.name + " that is not written like #1a2b3c")
		}
	}
	if len(v.Support) > 500 || strings.ContainsFunc(v.Support, control) {
		return errors.New("has a support that is too long, or not plain text")
	}
	return nil
}

// address takes https, and http for this machine alone.
func address(name, text string, path bool) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("has a " + name + " that is no web address")
	}
	if !path && u.Path != "" {
		return errors.New("has a " + name + " with a path: give it as https://host")
	}
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback) {
		return errors.New("has a " + name + " that does not begin with https://")
	}
	return nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }
