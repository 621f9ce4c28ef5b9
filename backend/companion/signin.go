package companion

import (
	"context"
	"sync"

	"billfold/backend/billing"
	"billfold/backend/handoff"
	"billfold/backend/session"
)

// signing is the sign-in that is under way, and how the last one went.
type signing struct {
	mu     sync.Mutex
	state  SignInState
	cancel context.CancelFunc // nil when none is under way
	ended  chan struct{}
	// address is what the browser was sent to, until it was given away.
	address string
}

// SignInPhase says how far a sign-in is.
type SignInPhase string

// The phases; "" is none under way.
const (
	SignInStarting SignInPhase = "starting"
	SignInWaiting  SignInPhase = "waiting" // for the person, in a browser
	SignInFailed   SignInPhase = "failed"
	SignInDone     SignInPhase = "done"
)

// SignInState is how the present or last sign-in goes.
type SignInState struct {
	Phase SignInPhase `json:"phase"`
	// BrowserOpened is false where none could be opened: the link has to be copied.
	BrowserOpened bool `json:"browser_opened"`
	LinkReady     bool `json:"link_ready"`
	// Code and Page are what to enter on another device and where, "" for a sign-in in
	// the browser.
	Code    string   `json:"code"`
	Page    string   `json:"page"`
	Problem *Problem `json:"problem"`
}

// AccountView is one account that is signed in.
type AccountView struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	// Current tells the account that is shown.
	Current bool `json:"current"`
	// Ended tells that the person has to sign in again before anything new is fetched.
	Ended bool `json:"ended"`
	// Kept says where the sign-in is kept: keychain, file or memory.
	Kept string `json:"kept"`
}

// AccountsView is who is signed in at the vendor.
type AccountsView struct {
	// Offered tells that one can sign in: a vendor is known.
	Offered bool `json:"offered"`
	// Vendor is the vendor's name.
	Vendor   string        `json:"vendor"`
	Accounts []AccountView `json:"accounts"`
}

// Accounts are those that are signed in, the current one first.
func (c *Companion) Accounts() (AccountsView, error) {
	view := AccountsView{Offered: c.config.Sessions != nil, Vendor: c.config.Vendor, Accounts: []AccountView{}}
	if !view.Offered {
		return view, nil
	}
	known, err := c.config.Sessions.Accounts()
	for _, a := range known {
		view.Accounts = append(view.Accounts, AccountView{
			ID: a.ID, Name: a.Name, Email: a.Email, Current: a.ID == c.Target().Account, Ended: a.Ended, Kept: string(a.Kept),
		})
	}
	return view, err
}

// SignIn begins a sign-in: in the person's browser, or with a code for another
// device. SignInState tells how it goes. The account is shown once it is signed in.
// CodeNotOffered says that there is no vendor to sign in at.
func (c *Companion) SignIn(device bool) error {
	if c.config.Sessions == nil {
		return noVendor()
	}
	c.CancelSignIn()
	ctx, cancel := context.WithCancel(context.Background())
	s := &c.signing
	s.mu.Lock()
	ended := make(chan struct{})
	s.cancel, s.ended, s.address = cancel, ended, ""
	s.state = SignInState{Phase: SignInStarting}
	s.mu.Unlock()
	c.listeners.tell(EventSignIn)
	go func() {
		defer close(ended)
		defer cancel()
		account, err := c.signIn(ctx, device)
		if ctx.Err() == nil {
			c.endSignIn(ctx, account, err)
		}
	}()
	return nil
}

func noVendor() error {
	return billing.NewError(billing.CodeNotOffered, "No vendor is known to sign in at: start Billfold with the vendor's file, --vendor FILE.", nil)
}

func (c *Companion) signIn(ctx context.Context, device bool) (session.Account, error) {
	if device {
		return c.config.Sessions.SignInByDevice(ctx, func(code session.DeviceCode) error {
			c.changeSignIn(func(s *signing) {
				s.state.Phase, s.state.Code, s.state.Page = SignInWaiting, code.Code, code.Address
			})
			return nil
		})
	}
	return c.config.Sessions.SignIn(ctx, func(address string) error {
		_, err := handoff.Open(ctx, c.config.OpenBrowser, address)
		c.changeSignIn(func(s *signing) {
			s.address = address
			s.state.Phase, s.state.LinkReady, s.state.BrowserOpened = SignInWaiting, true, err == nil
		})
		return nil // without a browser there is the link
	})
}

func (c *Companion) changeSignIn(do func(*signing)) {
	c.signing.mu.Lock()
	do(&c.signing)
	c.signing.mu.Unlock()
	c.listeners.tell(EventSignIn)
}

// endSignIn shows the account of a sign-in that went well.
func (c *Companion) endSignIn(ctx context.Context, account session.Account, err error) {
	if err != nil {
		c.config.Log.Warn("a sign-in failed", "code", billing.CodeOf(err), "error", err)
	} else {
		c.choosing.Lock()
		c.turnTo(context.WithoutCancel(ctx), targetOf(account), false)
		c.choosing.Unlock()
	}
	c.changeSignIn(func(s *signing) {
		s.state, s.address, s.cancel = SignInState{Phase: SignInDone, Problem: ProblemOf(err)}, "", nil
		if err != nil {
			s.state.Phase = SignInFailed
		}
	})
	if err == nil {
		c.listeners.tell(EventFront)
	}
}

func targetOf(account session.Account) Target {
	return Target{Connection: ConnectionGateway, URL: account.Gateway, Customer: account.Customer, Account: account.ID}
}

// SignInState is how the present or last sign-in goes.
func (c *Companion) SignInState() SignInState {
	c.signing.mu.Lock()
	defer c.signing.mu.Unlock()
	return c.signing.state
}

// CopySignInLink gives the address of the present sign-in, for a browser that
// somebody opens themselves. CodeNotFound says that there is none.
func (c *Companion) CopySignInLink() (string, error) {
	c.signing.mu.Lock()
	defer c.signing.mu.Unlock()
	if c.signing.address == "" {
		return "", billing.NewError(billing.CodeNotFound, "No sign-in is under way. Begin one first.", nil)
	}
	return c.signing.address, nil
}

// CancelSignIn ends a sign-in that is under way, and forgets how the last one went.
func (c *Companion) CancelSignIn() {
	s := &c.signing
	s.mu.Lock()
	cancel, ended := s.cancel, s.ended
	s.cancel, s.address, s.state = nil, "", SignInState{}
	s.mu.Unlock()
	if cancel == nil {
		return
	}
	cancel()
	<-ended
	c.changeSignIn(func(s *signing) { s.state = SignInState{} })
}

// SwitchAccount shows another account that is signed in. CodeNotFound says that
// there is none of that id.
func (c *Companion) SwitchAccount(ctx context.Context, id string) error {
	if c.config.Sessions == nil {
		return noVendor()
	}
	c.choosing.Lock()
	defer c.choosing.Unlock()
	account, err := c.config.Sessions.Choose(ctx, id)
	if err != nil {
		return err
	}
	c.turnTo(ctx, targetOf(account), false)
	c.listeners.tell(EventSignIn)
	return nil
}

// Leave says what stays on this computer after a sign-out.
type Leave string

// What can stay: the local copy and the saved documents, the documents alone, or
// nothing.
const (
	LeaveAll       Leave = "all"
	LeaveDocuments Leave = "documents"
	LeaveNothing   Leave = "nothing"
)

// SignOut signs the account that is shown out, here and at the vendor. What is shown
// then is another account that is signed in, or nobody's. told tells whether the
// vendor's sign-in knows of it; where it could not be reached, it ends there by
// itself. Nobody signed in is CodeInvalid.
func (c *Companion) SignOut(ctx context.Context, leave Leave) (told bool, err error) {
	before := c.Target()
	if c.config.Sessions == nil || before.Account == "" {
		return false, billing.NewError(billing.CodeInvalid, "Nobody is signed in here.", nil)
	}
	if leave != LeaveAll && leave != LeaveDocuments && leave != LeaveNothing {
		return false, billing.NewError(billing.CodeInvalid, "It is not clear what is to stay on this computer.", nil)
	}
	if told, err = c.config.Sessions.SignOut(ctx, before.Account); err != nil {
		return told, err
	}
	if leave == LeaveNothing {
		err = c.ForgetAccount(ctx, false)
	}
	c.choosing.Lock()
	defer c.choosing.Unlock()
	target := Target{Connection: ConnectionGateway, URL: before.URL}
	if next, signedIn, _ := c.config.Sessions.Current(); signedIn { // who cannot be read cannot be shown
		target = targetOf(next)
	}
	c.turnTo(ctx, target, leave != LeaveAll)
	c.forgetState(before)
	c.listeners.tell(EventSignIn)
	return told, err
}

// recognize notes who an account's sign-in is of, and what there is to say of it.
func (c *Companion) recognize(a *account) {
	if c.config.Sessions == nil || a.target.Account == "" {
		return
	}
	known, err := c.config.Sessions.Accounts()
	if err != nil {
		a.notices = append(a.notices, billing.MessageOf(err))
		return
	}
	for _, account := range known {
		if account.ID != a.target.Account {
			continue
		}
		a.signedInAs = account.Who()
		if account.Kept == session.KeptInMemory {
			a.notices = append(a.notices, "No keychain answers on this computer: you stay signed in until Billfold is closed.")
		}
	}
}
