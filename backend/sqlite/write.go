package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"billfold/backend/billing"
)

// Pulled is all that one pull brought. Subscriptions, PaymentMethods and TaxIDs
// are always whole: what is absent from them is deleted.
type Pulled struct {
	// At is when the pull began.
	At billing.Time
	// Full says that Invoices, Payments and CreditNotes are whole too.
	Full           bool
	Customer       billing.Customer
	Subscriptions  []billing.Subscription
	PaymentMethods []billing.PaymentMethod
	TaxIDs         []billing.TaxID
	Invoices       []billing.Invoice
	Payments       []billing.Payment
	CreditNotes    []billing.CreditNote
	// Portal is nil when it was not asked for; what is known of it then stays.
	Portal *billing.PortalFeatures
	// GoneInvoiceIDs are invoices that are no longer there: deleted drafts.
	GoneInvoiceIDs []string
}

// Write keeps a whole pull, or nothing of it, in one transaction. Rows that are
// the same already are not written again, and writing the same pull twice changes
// nothing. Of a deleted customer only that fact is kept, and all that was known
// before stays.
func (c *Cache) Write(ctx context.Context, pulled Pulled) error {
	return c.file.writing(ctx, "save what was pulled", func(tx *sql.Tx) error {
		w := &writer{tx: tx}
		if err := w.writeCustomer(ctx, pulled.Customer, pulled.Full); err != nil {
			return err
		}
		if !pulled.Customer.Deleted {
			if err := w.writeAll(ctx, pulled); err != nil {
				return err
			}
		}
		return w.writeMarks(ctx, pulled.At, pulled.Full && !pulled.Customer.Deleted)
	})
}

// writer is one Write under way.
type writer struct {
	tx      *sql.Tx
	changed bool
}

func (w *writer) writeAll(ctx context.Context, pulled Pulled) error {
	subscriptions, err := subscriptionRecords(pulled.Subscriptions)
	if err != nil {
		return err
	}
	if err := w.replace(ctx, subscriptionTable, subscriptions); err != nil {
		return err
	}
	if err := w.replace(ctx, paymentMethodTable, paymentMethodRecords(pulled.PaymentMethods)); err != nil {
		return err
	}
	if err := w.replace(ctx, taxIDTable, taxIDRecords(pulled.TaxIDs)); err != nil {
		return err
	}
	if err := w.writePortal(ctx, pulled.Portal); err != nil {
		return err
	}
	if err := w.writeCreditNotes(ctx, pulled); err != nil {
		return err
	}
	if err := w.writePayments(ctx, pulled); err != nil {
		return err
	}
	if err := w.writeInvoices(ctx, pulled); err != nil {
		return err
	}
	return w.delete(ctx, invoiceTable, pulled.GoneInvoiceIDs)
}

// replace makes a table hold these records and no others.
func (w *writer) replace(ctx context.Context, t table, records []record) error {
	kept := make(map[string]bool, len(records))
	put, err := w.prepare(ctx, t)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	for _, r := range records {
		values := t.values(r)
		kept[values[0].(string)] = true
		if err := w.put(ctx, put, values); err != nil {
			return err
		}
	}
	return w.deleteOthers(ctx, t, kept)
}

func (w *writer) writeCreditNotes(ctx context.Context, pulled Pulled) error {
	put, err := w.prepare(ctx, creditNoteTable)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	kept := make(map[string]bool, len(pulled.CreditNotes))
	for i := range pulled.CreditNotes {
		kept[pulled.CreditNotes[i].ID] = true
		if err := w.put(ctx, put, creditNoteTable.values(&creditNoteRecord{pulled.CreditNotes[i]})); err != nil {
			return err
		}
	}
	if !pulled.Full {
		return nil
	}
	return w.deleteOthers(ctx, creditNoteTable, kept)
}

func (w *writer) writePayments(ctx context.Context, pulled Pulled) error {
	put, err := w.prepare(ctx, paymentTable)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	kept := make(map[string]bool, len(pulled.Payments))
	for _, payment := range pulled.Payments {
		kept[payment.ID] = true
		r, err := paymentRecordOf(payment)
		if err != nil {
			return err
		}
		if err := w.put(ctx, put, paymentTable.values(r)); err != nil {
			return err
		}
	}
	if !pulled.Full {
		return nil
	}
	return w.deleteOthers(ctx, paymentTable, kept)
}

// writeInvoices comes after the payments: an invoice is also found by the cards
// that it was paid with.
func (w *writer) writeInvoices(ctx context.Context, pulled Pulled) error {
	put, err := w.prepare(ctx, invoiceTable)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	cards, err := w.cards(ctx, pulled)
	if err != nil {
		return err
	}
	kept := make(map[string]bool, len(pulled.Invoices))
	for i := range pulled.Invoices {
		invoice := &pulled.Invoices[i]
		kept[invoice.ID] = true
		r, err := invoiceRecordOf(*invoice)
		if err != nil {
			return err
		}
		values := invoiceTable.values(r, yearOf(invoice), searchText(invoice), cards[invoice.ID])
		if err := w.put(ctx, put, values); err != nil {
			return err
		}
	}
	if pulled.Full {
		return w.deleteOthers(ctx, invoiceTable, kept)
	}
	for id, card := range cards {
		if !kept[id] {
			if err := w.run(ctx, "UPDATE invoices SET card = ?2 WHERE id = ?1 AND card <> ?2", id, card); err != nil {
				return err
			}
		}
	}
	return nil
}

// cards gives, for the invoices that this pull concerns, the folded cards they
// were paid or tried to be paid with.
func (w *writer) cards(ctx context.Context, pulled Pulled) (map[string]string, error) {
	cards := map[string]string{}
	take := func(rows *sql.Rows) error {
		var invoiceID, brand, last4 string
		if err := rows.Scan(&invoiceID, &brand, &last4); err != nil {
			return err
		}
		card := folded(brand + " " + last4)
		if !slices.Contains(strings.Split(cards[invoiceID], "\n"), card) {
			cards[invoiceID] += "\n" + card
		}
		return nil
	}
	const query = "SELECT DISTINCT invoice_id, brand, last4 FROM payments WHERE brand || last4 <> '' AND "
	if pulled.Full {
		return cards, readAll(ctx, w.tx, query+"invoice_id <> '' ORDER BY invoice_id, brand, last4", nil, take)
	}
	for _, id := range concerned(pulled) {
		if err := readAll(ctx, w.tx, query+"invoice_id = ? ORDER BY brand, last4", []any{id}, take); err != nil {
			return nil, err
		}
	}
	return cards, nil
}

// concerned lists the invoices of a pull and those that its payments are for.
func concerned(pulled Pulled) []string {
	var ids []string
	for i := range pulled.Invoices {
		ids = append(ids, pulled.Invoices[i].ID)
	}
	for i := range pulled.Payments {
		if id := pulled.Payments[i].InvoiceID; id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (w *writer) prepare(ctx context.Context, t table) (*sql.Stmt, error) {
	return w.tx.PrepareContext(ctx, t.upsert)
}

// put writes a row unless it is the same already.
func (w *writer) put(ctx context.Context, statement *sql.Stmt, values []any) error {
	result, err := statement.ExecContext(ctx, values...)
	return w.note(result, err)
}

func (w *writer) run(ctx context.Context, statement string, arguments ...any) error {
	result, err := w.tx.ExecContext(ctx, statement, arguments...)
	return w.note(result, err)
}

func (w *writer) note(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	w.changed = w.changed || rows > 0
	return err
}

// deleteOthers deletes the rows whose ids are not among the kept ones.
func (w *writer) deleteOthers(ctx context.Context, t table, kept map[string]bool) error {
	var others []string
	err := readAll(ctx, w.tx, "SELECT id FROM "+t.name, nil, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		if !kept[id] {
			others = append(others, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.delete(ctx, t, others)
}

func (w *writer) delete(ctx context.Context, t table, ids []string) error {
	for _, id := range ids {
		if err := w.run(ctx, "DELETE FROM "+t.name+" WHERE id = ?", id); err != nil {
			return err
		}
	}
	return nil
}
