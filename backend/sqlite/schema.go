package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"path"
	"strconv"
	"strings"

	"billfold/backend/billing"
)

// schema is what a file must look like: numbered migrations, 0001 first, each in
// a transaction of its own. PRAGMA user_version counts those that were applied.
type schema struct {
	files       embed.FS
	folder      string
	synchronous string
	// remake brings rows of an older file up to date with what SQL cannot do, in the
	// transaction of the last migration; nil where there is nothing.
	remake func(context.Context, *sql.Tx) error
}

// names lists the migrations in their order, which is that of their numbers.
func (s schema) names() []string {
	entries, err := s.files.ReadDir(s.folder)
	if err != nil {
		panic(err) // embedded: it is there or does not compile
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		number, _, _ := strings.Cut(entry.Name(), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			panic(fmt.Sprintf("migration %s is not number %d", entry.Name(), i+1))
		}
		names[i] = entry.Name()
	}
	return names
}

// latest is the version that this program writes.
func (s schema) latest() int { return len(s.names()) }

func (s schema) knows(version int) error {
	if version < 0 {
		return fmt.Errorf("schema version %d: %w", version, errDamaged)
	}
	if version > s.latest() {
		return billing.NewError(billing.CodeNewerFile,
			"The local file was written by a newer Billfold; update this one to open it.",
			fmt.Errorf("schema version %d, known up to %d", version, s.latest()))
	}
	return nil
}

// migrate applies what is missing.
func (s schema) migrate(ctx context.Context, db *sql.DB) error {
	version, err := userVersion(ctx, db)
	if err != nil {
		return err
	}
	if err := s.knows(version); err != nil {
		return err
	}
	for i, name := range s.names()[version:] {
		after := func(context.Context, *sql.Tx) error { return nil }
		if s.remake != nil && version > 0 && version+i+1 == s.latest() {
			after = s.remake
		}
		if err := s.apply(ctx, db, version+i+1, after); err != nil {
			return explain(err, "migrate to "+name)
		}
	}
	return nil
}

// apply runs the migration of that number, and then after, in one transaction.
func (s schema) apply(ctx context.Context, db *sql.DB, version int, after func(context.Context, *sql.Tx) error) error {
	name := s.names()[version-1]
	statements, err := s.files.ReadFile(path.Join(s.folder, name))
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
		return err
	}
	if err := after(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(version)); err != nil {
		return err
	}
	return tx.Commit()
}

func userVersion(ctx context.Context, db *sql.DB) (int, error) {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, explain(err, "read the version")
	}
	return version, nil
}
