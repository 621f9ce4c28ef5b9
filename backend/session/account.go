package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"billfold/backend/billing"
)

// Account is a person who signed in, and the customer they are at the vendor. It
// holds no secret.
type Account struct {
	ID string `json:"id"`
	// Issuer and Subject are who signed in, by the provider's name for them.
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	// Gateway is the server that the sign-in is for, Customer the customer's id there.
	Gateway  string `json:"gateway"`
	Customer string `json:"customer"`
	// Name and Email are what the provider says; "" when it does not.
	Name       string       `json:"name"`
	Email      string       `json:"email"`
	Kept       Kept         `json:"kept"`
	SignedInAt billing.Time `json:"signed_in_at"`
	// Current tells the account that is shown of those at the same vendor.
	Current bool `json:"current"`
	// Ended tells that the provider took the sign-in back: what was fetched can be
	// read, and nothing new is fetched before the person signs in again.
	Ended bool `json:"ended"`
}

// accountID is the same whenever the same person signs in at the same vendor.
func accountID(config Config, subject string) string {
	sum := sha256.Sum256([]byte(config.Gateway + "\n" + config.Provider.Issuer + "\n" + config.Provider.ClientID + "\n" + subject))
	return hex.EncodeToString(sum[:8])
}

// Accounts lists who is signed in at this vendor, the current one first.
func (s *Sessions) Accounts() ([]Account, error) {
	all, err := s.book.read()
	if err != nil {
		return nil, err
	}
	mine := slices.DeleteFunc(all, func(a Account) bool { return !s.book.mine(a) })
	slices.SortStableFunc(mine, func(a, b Account) int {
		switch {
		case a.Current == b.Current:
			return int(b.SignedInAt - a.SignedInAt)
		case a.Current:
			return -1
		}
		return 1
	})
	return mine, nil
}

// Current is the account that is shown; false when nobody is signed in.
func (s *Sessions) Current() (Account, bool, error) {
	all, err := s.Accounts()
	if err != nil || len(all) == 0 {
		return Account{}, false, err
	}
	return all[0], true, nil
}

// Choose makes an account the current one. CodeNotFound says that there is none of
// that id.
func (s *Sessions) Choose(ctx context.Context, id string) (Account, error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return Account{}, err
	}
	defer unlock()
	account, err := s.book.find(id)
	if err != nil {
		return Account{}, err
	}
	account.Current = true
	return account, s.book.put(account)
}

// lockTakes is how long another program may hold the sign-ins.
const lockTakes = renewTakes + 10*time.Second

// lock keeps other programs of this person from renewing, signing in and signing
// out at the same time: a refresh token is good once only.
func (s *Sessions) lock(ctx context.Context) (unlock func(), err error) {
	if s.config.MemoryOnly {
		s.alone.Lock()
		return s.alone.Unlock, nil
	}
	if err := os.MkdirAll(s.config.Dir, 0o700); err != nil {
		return nil, folderShut(err)
	}
	waiting, done := context.WithTimeout(ctx, lockTakes)
	defer done()
	guard := flock.New(filepath.Join(s.config.Dir, "sign-in.lock"), flock.SetPermissions(0o600))
	if _, err := guard.TryLockContext(waiting, 10*time.Millisecond); err != nil {
		switch {
		case ctx.Err() != nil:
			return nil, stopped(ctx.Err())
		case waiting.Err() != nil:
			return nil, billing.NewError(billing.CodeBusy, "Another Billfold is signing in: try again when it is done.", nil)
		}
		return nil, folderShut(err)
	}
	return func() { _ = guard.Close() }, nil
}

func folderShut(cause error) error {
	return billing.NewError(billing.CodeUnreadable, "The data folder, where sign-ins are listed, cannot be written.", cause)
}

// book is the list of accounts in the data folder.
type book struct {
	path, gateway, issuer string

	mu sync.Mutex
	// memory is the list where nothing may be written.
	memory []Account
}

func newBook(config Config) *book {
	b := &book{gateway: config.Gateway, issuer: config.Provider.Issuer}
	if !config.MemoryOnly {
		b.path = filepath.Join(config.Dir, "accounts.json")
	}
	return b
}

// written is the file of the list.
type written struct {
	Format   int       `json:"format"`
	Accounts []Account `json:"accounts"`
}

const format = 1

func (b *book) mine(a Account) bool { return a.Gateway == b.gateway && a.Issuer == b.issuer }

func (b *book) read() ([]Account, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.path == "" {
		return slices.Clone(b.memory), nil
	}
	body, err := os.ReadFile(b.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var held written
	if err == nil {
		err = json.Unmarshal(body, &held)
	}
	switch {
	case err != nil:
		return nil, billing.NewError(billing.CodeUnreadable, "The list of accounts in the data folder cannot be read.", err)
	case held.Format > format:
		return nil, billing.NewError(billing.CodeNewerFile, "The list of accounts was written by a newer Billfold; update this one.", nil)
	}
	return held.Accounts, nil
}

func (b *book) write(all []Account) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.path == "" {
		b.memory = all
		return nil
	}
	body, err := json.MarshalIndent(written{Format: format, Accounts: all}, "", "  ")
	if err == nil {
		err = replaceFile(b.path, append(body, '\n'))
	}
	if err != nil {
		return folderShut(err)
	}
	return nil
}

func (b *book) find(id string) (Account, error) {
	all, err := b.read()
	if err != nil {
		return Account{}, err
	}
	for _, account := range all {
		if account.ID == id && b.mine(account) {
			return account, nil
		}
	}
	return Account{}, billing.NewError(billing.CodeNotFound, "There is no such account signed in.", nil)
}

// put keeps an account in place of its older self. One that is current makes the
// others of the vendor not so.
func (b *book) put(account Account) error {
	all, err := b.read()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(a Account) bool { return a.ID == account.ID })
	for i := range all {
		if account.Current && b.mine(all[i]) {
			all[i].Current = false
		}
	}
	return b.write(append(all, account))
}

// remove drops an account; the one signed in last of those that are left is current.
func (b *book) remove(id string) error {
	all, err := b.read()
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(slices.Clone(all), func(a Account) bool { return a.ID == id })
	latest, current := -1, false
	for i, account := range gone {
		if !b.mine(account) {
			continue
		}
		current = current || account.Current
		if latest < 0 || account.SignedInAt >= gone[latest].SignedInAt {
			latest = i
		}
	}
	if !current && latest >= 0 {
		gone[latest].Current = true
	}
	return b.write(gone)
}

// Who names the person, as well as the provider told.
func (a Account) Who() string {
	switch {
	case a.Email != "":
		return a.Email
	case a.Name != "":
		return a.Name
	default:
		return a.Subject
	}
}

// CanKeep tells whether a sign-in outlives this program: CodeUnavailable says that no
// keychain answers.
func (s *Sessions) CanKeep(ctx context.Context) error {
	if s.config.PlainFile {
		return nil
	}
	if _, err := s.config.Keychain.Get(ctx, "billfold-asks"); err != nil && !errors.Is(err, ErrNone) {
		return billing.NewError(billing.CodeUnavailable, "No keychain answers on this computer, so that the sign-in cannot be kept.", err)
	}
	return nil
}
