package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"path"
	"path/filepath"

	"billfold/backend/billing"
)

// Archive is the index of one account's saved documents. Each of its writes is
// on the disk when it returns.
type Archive struct {
	file    *file
	account string
}

// Archive gives the index of an account's saved documents; account is a name that
// tells nobody who it is.
func (p *Personal) Archive(account string) *Archive { return &Archive{file: p.file, account: account} }

// List gives all versions of all documents, of each document the newest last.
// Their State is not known here.
func (a *Archive) List(ctx context.Context) ([]billing.SavedDocument, error) {
	return a.list(ctx, "", nil)
}

// ListOf gives all versions of the documents of these invoices, credit notes and
// payments, of each document the newest last.
func (a *Archive) ListOf(ctx context.Context, objects []string) ([]billing.SavedDocument, error) {
	ids, err := json.Marshal(objects)
	if err != nil {
		return nil, err
	}
	// The kinds are named so that the primary key leads to the objects.
	return a.list(ctx, `AND kind IN ('invoice', 'credit_note', 'receipt')
		AND object_id IN (SELECT value FROM json_each(?))`, []any{string(ids)})
}

func (a *Archive) list(ctx context.Context, which string, args []any) ([]billing.SavedDocument, error) {
	documents := []billing.SavedDocument{}
	query := `SELECT kind, object_id, version, number, folder, file, sha256, size, stamp, saved_at, listed
		FROM documents WHERE account = ? ` + which + ` ORDER BY kind, object_id, version`
	err := a.file.reading(ctx, "list saved documents", func(tx *sql.Tx) error {
		return readAll(ctx, tx, query, append([]any{a.account}, args...), func(rows *sql.Rows) error {
			var d billing.SavedDocument
			err := rows.Scan(&d.Kind, &d.ObjectID, &d.Version, &d.Number, &d.Folder, &d.File, &d.SHA256, &d.Size, &d.Stamp, &d.SavedAt, &d.Listed)
			d.FileName = path.Base(d.File)
			d.Path = filepath.Join(d.Folder, filepath.FromSlash(d.File))
			documents = append(documents, d)
			return err
		})
	})
	return documents, err
}

// Keep writes versions into the index, in place of what it said of the same ones.
func (a *Archive) Keep(ctx context.Context, documents []billing.SavedDocument) error {
	return a.file.writing(ctx, "list saved documents", func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
		if err != nil {
			return err
		}
		defer func() { _ = put.Close() }()
		for _, d := range documents {
			_, err := put.ExecContext(ctx, a.account, string(d.Kind), d.ObjectID, d.Version, d.Number,
				d.Folder, d.File, d.SHA256, d.Size, d.Stamp, int64(d.SavedAt), d.Listed)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Drop takes versions out of the index; their files are not touched.
func (a *Archive) Drop(ctx context.Context, documents []billing.SavedDocument) error {
	return a.file.writing(ctx, "unlist saved documents", func(tx *sql.Tx) error {
		for _, d := range documents {
			_, err := tx.ExecContext(ctx, "DELETE FROM documents WHERE account = ? AND kind = ? AND object_id = ? AND version = ?",
				a.account, string(d.Kind), d.ObjectID, d.Version)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
