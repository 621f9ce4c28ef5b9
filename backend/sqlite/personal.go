package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
)

//go:embed migration_personal/*.sql
var personalMigrations embed.FS

// What is in it cannot be fetched again, so each write is on the disk when it
// returns.
var personalSchema = schema{files: personalMigrations, folder: "migration_personal", synchronous: "FULL"}

// Personal keeps what only the person has, and no pull brings back.
type Personal struct{ file *file }

// OpenPersonal opens the file at path under the same rules as Open.
func OpenPersonal(ctx context.Context, path string) (*Personal, error) {
	opened, err := openFile(ctx, path, personalSchema)
	if err != nil {
		return nil, err
	}
	return &Personal{file: opened}, nil
}

// Close closes the file.
func (p *Personal) Close() error { return p.file.close() }

// SetAside is where OpenPersonal moved a damaged file to, "" when there was none.
func (p *Personal) SetAside() string { return p.file.setAside }

// Setting gives what was set under key, "" when nothing was.
func (p *Personal) Setting(ctx context.Context, key string) (value string, err error) {
	err = p.file.reading(ctx, "read a setting", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT value FROM settings WHERE key = ?", key).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetSetting sets value under key; "" is as if it had never been set.
func (p *Personal) SetSetting(ctx context.Context, key, value string) error {
	return p.file.writing(ctx, "keep a setting", func(tx *sql.Tx) error {
		if value == "" {
			_, err := tx.ExecContext(ctx, "DELETE FROM settings WHERE key = ?", key)
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2", key, value)
		return err
	})
}
