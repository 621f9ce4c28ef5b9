package companion

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// account is one target with its cache and, once it was needed, its connection.
type account struct {
	target Target
	// signedInAs is who the sign-in says they are, "" without one.
	signedInAs string
	// cache is nil when it could not be opened; problem then says why.
	cache   *sqlite.Cache
	problem error
	notices []string
	// temporary is a folder that goes when the account is closed, "" for none.
	temporary string

	dialing sync.Mutex
	dialed  *Dialed
	// gone is closed with the account.
	gone chan struct{}
}

// errClosed is what an account that was closed answers to everything.
var errClosed = billing.NewError(billing.CodeCanceled, "Billfold is closing.", nil)

// AccountDir is the folder that belongs to a target alone. Its name is a hash, so
// that no list of files tells who somebody's customer is.
func AccountDir(dataDir string, target Target) string {
	key := target.Connection + "\n" + target.Scenario + "\n" + target.URL + "\n" + target.Customer
	if target.Account != "" {
		key += "\n" + target.Account
	}
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(dataDir, "accounts", hex.EncodeToString(sum[:10]))
}

func personalPath(dataDir string) string { return filepath.Join(dataDir, "personal.db") }

func (c *Companion) openAccount(ctx context.Context, target Target) *account {
	a := &account{target: target, gone: make(chan struct{})}
	c.recognize(a)
	path := filepath.Join(AccountDir(c.config.Dir, target), "billing.db")
	a.cache, a.problem = sqlite.Open(ctx, path)
	if code := billing.CodeOf(a.problem); code == billing.CodeUnreadable || code == billing.CodeDiskFull {
		a.openTemporary(ctx)
	}
	if a.cache != nil && a.cache.SetAside() != "" {
		a.notices = append(a.notices, "The local copy was damaged. It was set aside as "+
			filepath.Base(a.cache.SetAside())+" and is fetched again.")
	}
	if a.problem != nil {
		c.config.Log.Error("the cache cannot be opened", "code", billing.CodeOf(a.problem), "error", a.problem)
	}
	return a
}

// openTemporary keeps the cache in a temporary folder for this run, where the
// data folder cannot hold one.
func (a *account) openTemporary(ctx context.Context) {
	dir, err := os.MkdirTemp("", "billfold-*")
	if err != nil {
		return
	}
	cache, err := sqlite.Open(ctx, filepath.Join(dir, "billing.db"))
	if err != nil {
		_ = os.RemoveAll(dir)
		return
	}
	a.notices = append(a.notices, billing.MessageOf(a.problem)+
		" What is shown is kept only until Billfold is closed.")
	a.cache, a.problem, a.temporary = cache, nil, dir
}

func (a *account) close() error {
	var errs []error
	a.dialing.Lock()
	defer a.dialing.Unlock()
	if a.problem != errClosed {
		close(a.gone)
	}
	if a.dialed != nil {
		errs = append(errs, a.dialed.close())
	}
	if a.cache != nil {
		errs = append(errs, a.cache.Close())
	}
	a.cache, a.dialed, a.problem = nil, nil, errClosed
	if a.temporary != "" {
		errs = append(errs, os.RemoveAll(a.temporary))
	}
	return errors.Join(errs...)
}

// dial connects once; a failure is tried again the next time.
func (a *account) dial(ctx context.Context, dial func(context.Context, Target) (Dialed, error)) (Dialed, error) {
	a.dialing.Lock()
	defer a.dialing.Unlock()
	if a.dialed == nil {
		dialed, err := dial(ctx, a.target)
		if err != nil {
			return Dialed{}, err
		}
		a.dialed = &dialed
	}
	return *a.dialed, nil
}

// connected is the connection, if one was made.
func (a *account) connected() *Dialed {
	a.dialing.Lock()
	defer a.dialing.Unlock()
	return a.dialed
}

func (a *account) syncedAt(ctx context.Context) billing.Time {
	if a.cache == nil {
		return 0
	}
	marks, err := a.cache.Marks(ctx)
	if err != nil {
		return 0
	}
	return marks.SyncedAt
}

// identity says who is signed in to what; customer is what the cache knows.
func (a *account) identity(customer billing.Customer) Identity {
	identity := Identity{
		Connection: a.target.Connection,
		Scenario:   a.target.Scenario,
		CustomerID: customer.ID,
		Name:       customer.Name,
		Email:      customer.Email,
		Deleted:    customer.Deleted,
		SignedInAs: a.signedInAs,
	}
	if identity.CustomerID == "" {
		identity.CustomerID = a.target.Customer
	}
	if server, err := url.Parse(a.target.URL); err == nil && a.target.Connection != ConnectionSandbox {
		identity.Host = server.Hostname()
	}
	return identity
}
