package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"billfold/backend/billing"
)

// column ties a column to the field it is read into and written from: one list
// of them says for a noun what is stored, in which order, and from where.
type column struct {
	name  string
	field any // pointer
}

// record is one row in the making.
type record interface {
	columns() []column
}

// table holds the statements for the rows of one noun.
type table struct {
	name    string
	names   []string // the columns of the record
	made    []string // columns that are made here and not part of the digest
	younger []string // columns of a later migration: see digestedOf
	upsert  string
	reading string // the columns of the record and the digest, for SELECT
}

func newTable(name string, empty record, made ...string) table {
	t := table{name: name, made: made}
	for _, c := range empty.columns() {
		t.names = append(t.names, c.name)
	}
	all := append(append(append([]string{}, t.names...), "digest"), made...)
	updates := make([]string, len(all))
	for i, c := range all {
		updates[i] = c + " = excluded." + c
	}
	// Every column is compared, not the digest alone: a row whose values went bad
	// under a digest that did not is mended by the next pull.
	differs := make([]string, len(all))
	for i, c := range all {
		differs[i] = name + "." + c + " IS NOT excluded." + c
	}
	t.upsert = "INSERT INTO " + name + " (" + strings.Join(all, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(all)-1) +
		") ON CONFLICT (id) DO UPDATE SET " + strings.Join(updates, ", ") + " WHERE " + strings.Join(differs, " OR ")
	t.reading = strings.Join(t.names, ", ") + ", digest"
	return t
}

// with names the columns that a later migration added, as integers of 0.
func (t table) with(younger ...string) table {
	t.younger = younger
	return t
}

// values gives what is bound for a record, its digest after its own columns.
func (t table) values(r record, made ...any) []any {
	columns := r.columns()
	values := make([]any, 0, len(columns)+1+len(made))
	for _, c := range columns {
		values = append(values, valueOf(c.field))
	}
	values = append(values, digestOf(t.digestedOf(values)))
	return append(values, made...)
}

// digestedOf leaves out what a row of an older schema has no part of in its
// digest: a younger column that still holds the 0 it was added with.
func (t table) digestedOf(values []any) []any {
	if len(t.younger) == 0 {
		return values
	}
	digested := make([]any, 0, len(values))
	for i, value := range values {
		if value != int64(0) || !slices.Contains(t.younger, t.names[i]) {
			digested = append(digested, value)
		}
	}
	return digested
}

// scanner is a row that was read: *sql.Row or *sql.Rows.
type scanner interface{ Scan(fields ...any) error }

// scan reads a row of t.reading.
func (t table) scan(row scanner, r record) (digest []byte, err error) {
	columns := r.columns()
	fields := make([]any, 0, len(columns)+1)
	for _, c := range columns {
		fields = append(fields, c.field)
	}
	err = row.Scan(append(fields, &digest)...)
	return digest, err
}

// intact tells whether a record that was read still has the digest it was
// written with.
func (t table) intact(r record, digest []byte) bool {
	values := t.values(r)
	written, _ := values[len(values)-1].([]byte)
	return bytes.Equal(written, digest)
}

// valueOf gives what a field holds, in a type that the driver takes as it is.
func valueOf(field any) any {
	switch f := field.(type) {
	case *string:
		return *f
	case *int64:
		return *f
	case *bool:
		if *f {
			return int64(1)
		}
		return int64(0)
	case *billing.Time:
		return int64(*f)
	case *billing.InvoiceStatus:
		return string(*f)
	case *billing.SubscriptionStatus:
		return string(*f)
	case *sql.NullInt64:
		if f.Valid {
			return f.Int64
		}
		return nil
	default:
		panic(fmt.Sprintf("no column can hold a %T", field))
	}
}

// digestSize is enough to notice damage and change; nobody forges their own cache.
const digestSize = 16

// digestOf sums up values so that no two lists of them look the same: each with
// its kind and its length.
func digestOf(values []any) []byte {
	buffer := make([]byte, 0, 4096)
	for _, value := range values {
		switch v := value.(type) {
		case nil:
			buffer = append(buffer, 'n')
		case int64:
			buffer = binary.LittleEndian.AppendUint64(append(buffer, 'i'), uint64(v))
		case string:
			buffer = binary.LittleEndian.AppendUint64(append(buffer, 's'), uint64(len(v)))
			buffer = append(buffer, v...)
		}
	}
	sum := sha256.Sum256(buffer)
	return sum[:digestSize]
}

// pack writes parts that are kept inside the row of their whole.
func pack(part any) (string, error) {
	packed, err := json.Marshal(part)
	return string(packed), err
}

func unpack(packed string, part any) error { return json.Unmarshal([]byte(packed), part) }

// readAll runs a query and hands every row to take.
func readAll(ctx context.Context, tx *sql.Tx, query string, arguments []any, take func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query, arguments...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
