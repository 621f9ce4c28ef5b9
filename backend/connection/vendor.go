package connection

import (
	"context"
	"log/slog"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/session"
	"billfold/backend/stripeapi"
	"billfold/backend/vendorfile"
)

// vendor is the one that the flags name, else the one that was built in.
func (f Flags) vendor() (vendorfile.Vendor, bool, error) {
	if f.Vendor == "" {
		return vendorfile.Embedded()
	}
	vendor, err := vendorfile.Read(f.Vendor)
	return vendor, err == nil, err
}

// signedIn is the connection of an account that is signed in at the vendor, or of
// nobody yet.
func (f Flags) signedIn(dir string, vendor vendorfile.Vendor, err error) (Chosen, error) {
	if err != nil {
		return Chosen{}, err
	}
	chosen := Chosen{
		Target: companion.Target{Connection: companion.ConnectionGateway, URL: vendor.Gateway},
		dir:    dir, vendor: &vendor, sessions: sessionsOf(dir, vendor, SignInOptions{}),
	}
	account, there, err := chosen.account(f.Account)
	if err != nil {
		return Chosen{}, err
	}
	if there && f.Account != "" {
		chosen.asked = account.ID
	}
	if there {
		chosen.Target.Customer, chosen.Target.Account = account.Customer, account.ID
	}
	return chosen, nil
}

// account finds the account that was asked for, or the current one for "".
func (c Chosen) account(wanted string) (session.Account, bool, error) {
	if wanted == "" {
		return c.sessions.Current()
	}
	known, err := c.sessions.Accounts()
	if err != nil {
		return session.Account{}, false, err
	}
	found, err := named(known, wanted)
	return found, err == nil, err
}

// named finds the one account of an id, e-mail address or name.
func named(known []session.Account, wanted string) (session.Account, error) {
	var found []session.Account
	for _, account := range known {
		if account.ID == wanted || strings.EqualFold(account.Email, wanted) || strings.EqualFold(account.Name, wanted) {
			found = append(found, account)
		}
	}
	switch len(found) {
	case 0:
		return session.Account{}, billing.NewError(billing.CodeNotFound,
			"Nobody is signed in as "+quote(wanted)+". Run: billfold accounts", nil)
	case 1:
		return found[0], nil
	default:
		return session.Account{}, invalid("Several accounts are called " + quote(wanted) + ": name one by its id. Run: billfold accounts")
	}
}

// SignInOptions say how a sign-in is to be kept.
type SignInOptions struct {
	// PlainFile keeps it in a file that only the person can read, where there is no
	// keychain.
	PlainFile bool
	Log       *slog.Logger
	// memoryOnly leaves no trace of it.
	memoryOnly bool
}

// Sessions are the sign-ins at the chosen vendor. CodeInvalid says that no vendor is
// known.
func (c Chosen) Sessions(options SignInOptions) (*session.Sessions, error) {
	if c.vendor == nil {
		return nil, noVendor()
	}
	return sessionsOf(c.dir, *c.vendor, options), nil
}

// Vendor is the name of the vendor where people sign in, "" where they do not.
func (c Chosen) Vendor() string {
	if c.vendor == nil {
		return ""
	}
	return c.vendor.Name
}

// Named finds an account of the vendor by its id, e-mail address or name.
func (c Chosen) Named(wanted string) (session.Account, error) {
	if c.vendor == nil {
		return session.Account{}, noVendor()
	}
	account, _, err := c.account(wanted)
	return account, err
}

func sessionsOf(dir string, vendor vendorfile.Vendor, options SignInOptions) *session.Sessions {
	return session.New(session.Config{
		Dir: dir, Gateway: vendor.Gateway, PlainFile: options.PlainFile, MemoryOnly: options.memoryOnly, Log: options.Log,
		Provider: session.Provider{
			Issuer: vendor.Issuer, ClientID: vendor.ClientID, Scopes: vendor.Scopes,
			Resource: vendor.Resource, Audience: vendor.Audience, UseIDToken: vendor.Token == "id",
		},
		Customer: func(ctx context.Context, token string) (string, error) {
			return stripeapi.WhoAmI(ctx, stripeapi.Config{
				URL: vendor.Gateway, Log: options.Log, Token: func(context.Context) (string, error) { return token, nil },
			})
		},
	})
}

func noVendor() error {
	return invalid("No vendor is known to sign in at: name the vendor's file with --vendor FILE.")
}

func nobody() error {
	return billing.NewError(billing.CodeSignedOut, "You are not signed in.", nil)
}
