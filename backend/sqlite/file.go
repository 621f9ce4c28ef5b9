package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"billfold/backend/billing"
)

// file is an open database file: one connection that writes, some that read.
type file struct {
	path     string
	write    *sql.DB // nil when the file can only be read
	read     *sql.DB
	readOnly bool
	setAside string
}

const (
	// readers is how many reads run side by side within the process.
	readers = 4
	// lockPause is the time between two tries for the lock of another process.
	lockPause = 10 * time.Millisecond
)

// openFile opens the file at path and brings its schema up to date. The lock
// beside the file is held meanwhile: several processes that switch a new file to
// WAL at once would fail with "database is locked" in spite of the busy timeout.
func openFile(ctx context.Context, path string, s schema) (*file, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, unreadable(err)
	}
	f := &file{path: absolute}
	unlock, err := f.lock(ctx)
	if err != nil {
		return f.openToRead(ctx, s, err)
	}
	defer unlock()
	err = f.openToWrite(ctx, s)
	if damaged(err) {
		if err := f.putAside(time.Now()); err != nil {
			return nil, err
		}
		err = f.openToWrite(ctx, s)
	}
	if billing.CodeOf(err) == billing.CodeUnreadable || billing.CodeOf(err) == billing.CodeDiskFull {
		return f.openToRead(ctx, s, err)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// lock makes the folder and takes the lock in it.
func (f *file) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return nil, explain(err, "make the folder")
	}
	guard := flock.New(f.path+".lock", flock.SetPermissions(0o600))
	if _, err := guard.TryLockContext(ctx, lockPause); err != nil {
		return nil, explain(err, "lock the file")
	}
	return func() { _ = guard.Close() }, nil
}

// openToWrite opens the connections; on failure none stays open.
func (f *file) openToWrite(ctx context.Context, s schema) (err error) {
	if err := f.make(); err != nil {
		return err
	}
	if err := f.inspect(ctx, s); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.close()
		}
	}()
	f.write, err = connect(f.path, url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {s.synchronous}, "_txlock": {"immediate"},
	}, 1)
	if err != nil {
		return err
	}
	if err := s.migrate(ctx, f.write); err != nil {
		return err
	}
	f.read, err = connect(f.path, url.Values{"_query_only": {"on"}}, readers)
	return err
}

// make sees to it that there is a file that only the person may read. It never
// opens one that is there: closing it again would drop SQLite's own locks on it
// within this process.
func (f *file) make() error {
	found, err := os.Stat(f.path)
	switch {
	case err == nil && found.IsDir():
		return fmt.Errorf("a folder where the file should be: %w", errDamaged)
	case err == nil && found.Mode().Perm()&0o077 != 0:
		return explain(os.Chmod(f.path, 0o600), "narrow the permissions")
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return explain(err, "look at the file")
	}
	made, err := os.OpenFile(f.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return explain(err, "make the file")
	}
	return explain(made.Close(), "make the file")
}

// inspect looks at the file through a connection that cannot change a byte of
// it, and refuses a newer or a damaged one.
func (f *file) inspect(ctx context.Context, s schema) error {
	db, err := connect(f.path, url.Values{"mode": {"ro"}}, 1)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	version, err := userVersion(ctx, db)
	if rollsBack(err) {
		if err := f.rollBack(ctx); err != nil {
			return err
		}
		version, err = userVersion(ctx, db)
	}
	if err != nil {
		return err
	}
	if err := s.knows(version); err != nil {
		return err
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return explain(err, "check the file")
	}
	if verdict != "ok" {
		return fmt.Errorf("check the file: %s: %w", verdict, errDamaged)
	}
	return nil
}

// rollBack has SQLite take back what a program that was killed left half done. A
// new file turns to WAL by such a write, too.
func (f *file) rollBack(ctx context.Context) error {
	db, err := connect(f.path, url.Values{"mode": {"rw"}}, 1)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = userVersion(ctx, db)
	return err
}

// openToRead opens what is there without a write to the folder, so that the last
// good picture stays on the screen; cause is why it cannot be written, and the
// answer when it cannot be read either.
func (f *file) openToRead(ctx context.Context, s schema, cause error) (*file, error) {
	if found, err := os.Stat(f.path); err != nil || found.Size() == 0 || !found.Mode().IsRegular() || ctx.Err() != nil {
		return nil, cause
	}
	// A WAL that lies beside the file is read too where that can be done, else the
	// file as it is.
	for _, mode := range []url.Values{{"mode": {"ro"}}, {"mode": {"ro"}, "immutable": {"1"}}} {
		db, err := connect(f.path, mode, readers)
		if err != nil {
			continue
		}
		version, err := userVersion(ctx, db)
		if err == nil {
			err = s.knows(version)
		}
		if err == nil && version == s.latest() {
			f.read, f.readOnly = db, true
			return f, nil
		}
		_ = db.Close()
		if billing.CodeOf(err) == billing.CodeNewerFile {
			return nil, err
		}
	}
	return nil, cause
}

// putAside moves a damaged file, with what SQLite keeps beside it, out of the way.
func (f *file) putAside(now time.Time) error {
	name := ""
	for second := now.Unix(); ; second++ {
		name = fmt.Sprintf("%s.damaged-%d", f.path, second)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err := os.Rename(f.path, name); err != nil {
		return explain(err, "set the damaged file aside")
	}
	for _, beside := range []string{"-wal", "-shm"} {
		if err := os.Rename(f.path+beside, name+beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return explain(err, "set the damaged file aside")
		}
	}
	f.setAside = name
	return nil
}

func (f *file) close() error {
	var errs []error
	for _, db := range []*sql.DB{f.read, f.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	f.read, f.write = nil, nil
	return errors.Join(errs...)
}

// connect prepares a pool of connections. Pragmas are in the name, since by Exec
// they would reach one connection of the pool.
func connect(path string, options url.Values, connections int) (*sql.DB, error) {
	options.Set("_busy_timeout", "5000")
	options.Set("_foreign_keys", "on")
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // a Windows drive
		slashed = "/" + slashed
	}
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: slashed}).EscapedPath()+"?"+options.Encode())
	if err != nil {
		return nil, explain(err, "open the file")
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// reading runs do within one read transaction: all it sees is of one instant.
func (f *file) reading(ctx context.Context, what string, do func(*sql.Tx) error) error {
	tx, err := f.read.BeginTx(ctx, nil)
	if err != nil {
		return explain(err, what)
	}
	defer func() { _ = tx.Rollback() }()
	return explain(do(tx), what)
}

// writing runs do within one write transaction, which is kept only when do
// succeeds.
func (f *file) writing(ctx context.Context, what string, do func(*sql.Tx) error) error {
	if f.readOnly {
		return unreadable(errors.New("the file is open for reading alone"))
	}
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return explain(err, what)
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return explain(err, what)
	}
	return explain(tx.Commit(), what)
}
