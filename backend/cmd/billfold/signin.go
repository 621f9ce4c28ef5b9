package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"billfold/backend/billing"
	"billfold/backend/companion"
	"billfold/backend/connection"
	"billfold/backend/handoff"
	"billfold/backend/instance"
	"billfold/backend/session"
)

type signInCommand struct {
	Device     bool `help:"Show a code to enter on another device, for a machine without a browser."`
	NoOpen     bool `help:"Open no browser: only print the address."`
	KeepInFile bool `help:"Where there is no keychain, keep the sign-in in a file that only you can read. Whoever can read your files can then use it."`
	JSON       bool `help:"Print one JSON object."`
}

type signOutCommand struct {
	Keep   bool `xor:"what" help:"Keep the local copy too, to be read after signing in again."`
	Forget bool `xor:"what" help:"Remove the saved documents too."`
}

type accountsCommand struct {
	JSON bool `help:"Print one JSON object."`
}

type switchCommand struct {
	To string `arg:"" name:"account" help:"The account's e-mail address, name or id."`
}

// accountJSON is one account in JSON; docs/command-line.md describes it.
type accountJSON struct {
	ID         string       `json:"id"`
	Name       *string      `json:"name"`
	Email      *string      `json:"email"`
	Customer   string       `json:"customer"`
	Current    bool         `json:"current"`
	Ended      bool         `json:"ended"`
	Kept       session.Kept `json:"kept"`
	SignedInAt *int64       `json:"signed_in_at"`
}

type accountsJSON struct {
	Schema   string        `json:"schema"`
	Vendor   string        `json:"vendor"`
	Accounts []accountJSON `json:"accounts"`
}

func accountJSONOf(a session.Account) accountJSON {
	return accountJSON{
		ID: a.ID, Name: textOrNull(a.Name), Email: textOrNull(a.Email), Customer: a.Customer, Current: a.Current, Ended: a.Ended,
		Kept: a.Kept, SignedInAt: orNull(a.SignedInAt),
	}
}

// Run signs in.
func (s *signInCommand) Run(ctx context.Context, p *program) error {
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	sessions, err := chosen.Sessions(connection.SignInOptions{PlainFile: s.KeepInFile, Log: p.log})
	if err != nil {
		return err
	}
	if err := sessions.CanKeep(ctx); err != nil {
		return billing.NewError(billing.CodeUnavailable, billing.MessageOf(err)+
			" Unlock it, or run billfold sign-in --keep-in-file, which keeps the sign-in in a file that only you can read.", err)
	}
	account, err := s.signIn(ctx, p, sessions)
	if err != nil {
		return err
	}
	if s.JSON {
		return p.printJSON(accountsJSON{
			Schema: "billfold.accounts/1", Vendor: chosen.Vendor(), Accounts: []accountJSON{accountJSONOf(account)},
		})
	}
	_, err = fmt.Fprintf(p.stdout, "Signed in as %s at %s.\n", clean(account.Who()), clean(chosen.Vendor()))
	return err
}

func (s *signInCommand) signIn(ctx context.Context, p *program, sessions *session.Sessions) (session.Account, error) {
	if s.Device {
		return sessions.SignInByDevice(ctx, func(code session.DeviceCode) error {
			_, _ = fmt.Fprintf(p.stderr, "On any device, go to\n  %s\nand enter the code\n  %s\n", clean(code.Address), clean(code.Code))
			return nil
		})
	}
	return sessions.SignIn(ctx, func(address string) error {
		if !s.NoOpen {
			if _, err := handoff.Open(ctx, browserOpener(), address); err == nil {
				_, _ = fmt.Fprintln(p.stderr, "Sign in in the browser that has just opened. If none did, go to")
			} else {
				_, _ = fmt.Fprintln(p.stderr, "No browser could be opened. To sign in, go to")
			}
		}
		_, _ = fmt.Fprintln(p.stderr, clean(address))
		return nil
	})
}

// Run signs out.
func (s *signOutCommand) Run(ctx context.Context, p *program) error {
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	if chosen.Vendor() == "" || chosen.Target.Account == "" {
		return billing.NewError(billing.CodeInvalid, "Nobody is signed in here.", nil)
	}
	if instance.Held(chosen.AccountDir()) {
		return billing.NewError(billing.CodeBusy, "Billfold is open for this account: sign out there, or close it first.", nil)
	}
	leave := companion.LeaveDocuments
	switch {
	case s.Keep:
		leave = companion.LeaveAll
	case s.Forget:
		leave = companion.LeaveNothing
	}
	account, err := chosen.Named(chosen.Target.Account)
	if err != nil {
		return err
	}
	return p.withAccount(ctx, func(c *companion.Companion) error {
		told, err := c.SignOut(ctx, leave)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "Signed out %s.\n", clean(account.Who()))
		if !told {
			_, _ = fmt.Fprintln(p.stderr, "The vendor's sign-in could not be told. It ends there by itself.")
		}
		return err
	})
}

// Run lists who is signed in.
func (a *accountsCommand) Run(p *program) error {
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	sessions, err := chosen.Sessions(connection.SignInOptions{Log: p.log})
	if err != nil {
		return err
	}
	known, err := sessions.Accounts()
	if err != nil {
		return err
	}
	if a.JSON {
		all := accountsJSON{Schema: "billfold.accounts/1", Vendor: chosen.Vendor(), Accounts: []accountJSON{}}
		for _, account := range known {
			all.Accounts = append(all.Accounts, accountJSONOf(account))
		}
		return p.printJSON(all)
	}
	if len(known) == 0 {
		_, err := fmt.Fprintln(p.stdout, "Nobody is signed in. Run: billfold sign-in")
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, account := range known {
		mark, note := " ", ""
		if account.Current {
			mark = "*"
		}
		if account.Ended {
			note = "has to sign in again"
		}
		_, _ = fmt.Fprintf(table, "%s %s\t%s\t%s\t%s\n", mark, clean(account.Who()), clean(account.Name), account.ID, note)
	}
	return table.Flush()
}

// Run makes another account the current one.
func (s *switchCommand) Run(ctx context.Context, p *program) error {
	chosen, err := p.flags.Choose()
	if err != nil {
		return err
	}
	account, err := chosen.Named(s.To)
	if err != nil {
		return err
	}
	sessions, err := chosen.Sessions(connection.SignInOptions{Log: p.log})
	if err != nil {
		return err
	}
	if _, err := sessions.Choose(ctx, account.ID); err != nil {
		return err
	}
	where := ""
	turn := instance.Request{Account: account.ID, Turn: true}
	switch _, err = instance.HandOver(ctx, chosen.AccountDir(), turn); {
	case err == nil:
		where = ", in the Billfold that is open too"
	case !errors.Is(err, instance.ErrNobody):
		_, _ = fmt.Fprintf(p.stderr, "The Billfold that is open goes on with the account before: %s\n", clean(billing.MessageOf(err)))
	}
	_, err = fmt.Fprintf(p.stdout, "Now %s is shown%s.\n", clean(account.Who()), where)
	return err
}
