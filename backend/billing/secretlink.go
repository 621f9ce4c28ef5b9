package billing

import (
	"log/slog"
	"net/url"
)

// SecretLink is an address that lets in whoever has it: a visit to the customer
// portal, the page on which an invoice is paid. It does not show itself: printed,
// logged or written as JSON it is its host at most.
type SecretLink struct{ address string }

// NewSecretLink wraps an address that a server gave.
func NewSecretLink(address string) SecretLink { return SecretLink{address: address} }

// Reveal gives the address itself, for the one place that needs it.
func (l SecretLink) Reveal() string { return l.address }

// None tells whether there is no address.
func (l SecretLink) None() bool { return l.address == "" }

// Host is where it leads, without a port; "" when it is no address.
func (l SecretLink) Host() string {
	parsed, err := url.Parse(l.address)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}

// String is what printing shows. The three below say the same, so that no way of
// writing a value down shows the secret.
func (l SecretLink) String() string { return "(link to " + l.Host() + ")" }

// GoString is what %#v prints.
func (l SecretLink) GoString() string { return l.String() }

// LogValue is what a log gets.
func (l SecretLink) LogValue() slog.Value { return slog.StringValue(l.String()) }

// MarshalText is what JSON gets.
func (l SecretLink) MarshalText() ([]byte, error) { return []byte(l.String()), nil }
