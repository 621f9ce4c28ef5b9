package sqlite

import (
	"context"
	"database/sql"

	"billfold/backend/billing"
)

// Pulled is all that one pull brought. Subscriptions, PaymentMethods and TaxIDs
// are always whole: what is absent from them is deleted.
type Pulled struct {
	// At is when the pull began.
	At billing.Time
	// Full says that Invoices, Payments, CreditNotes and Balance are whole too.
	Full           bool
	Customer       billing.Customer
	Subscriptions  []billing.Subscription
	PaymentMethods []billing.PaymentMethod
	TaxIDs         []billing.TaxID
	Invoices       []billing.Invoice
	Payments       []billing.Payment
	CreditNotes    []billing.CreditNote
	// Balance are movements of the customer's balance.
	Balance []billing.BalanceTransaction
	// Alone says that Invoices is all that was asked for: everything else stays.
	Alone bool
	// Version is the gateway's word for what was pulled, "" for none.
	Version string
	// Policy is nil when it was not asked for; what is known of it then stays.
	Policy *billing.Policy
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
		if pulled.Alone {
			if err := w.writeInvoices(ctx, pulled); err != nil {
				return err
			}
			return w.finish(ctx, pulled)
		}
		if err := w.writeCustomer(ctx, pulled.Customer, pulled.Full); err != nil {
			return err
		}
		if !pulled.Customer.Deleted {
			if err := w.writeAll(ctx, pulled); err != nil {
				return err
			}
		}
		return w.writeMarks(ctx, pulled)
	})
}

// finish ends a Write of some invoices alone.
func (w *writer) finish(ctx context.Context, pulled Pulled) error {
	if err := w.delete(ctx, invoiceTable, pulled.GoneInvoiceIDs); err != nil {
		return err
	}
	return w.writeMarks(ctx, pulled)
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
	if err := w.writePolicy(ctx, pulled.Policy); err != nil {
		return err
	}
	if err := w.writeBalance(ctx, pulled); err != nil {
		return err
	}
	if err := w.writeBooks(ctx, pulled); err != nil {
		return err
	}
	return w.delete(ctx, invoiceTable, pulled.GoneInvoiceIDs)
}

// writeBooks writes the invoices last: an invoice is also found by what its
// payments and credit notes say.
func (w *writer) writeBooks(ctx context.Context, pulled Pulled) error {
	if err := w.writeCreditNotes(ctx, pulled); err != nil {
		return err
	}
	if err := w.writePayments(ctx, pulled); err != nil {
		return err
	}
	return w.writeInvoices(ctx, pulled)
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
	for _, note := range pulled.CreditNotes {
		kept[note.ID] = true
		r, err := creditNoteRecordOf(note)
		if err != nil {
			return err
		}
		if err := w.put(ctx, put, creditNoteTable.values(r)); err != nil {
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
		if err := w.put(ctx, put, paymentTable.values(r, yearOf(payment.CreatedAt), paymentText(payment))); err != nil {
			return err
		}
	}
	if !pulled.Full {
		return nil
	}
	return w.deleteOthers(ctx, paymentTable, kept)
}

func (w *writer) writeInvoices(ctx context.Context, pulled Pulled) error {
	put, err := w.prepare(ctx, invoiceTable)
	if err != nil {
		return err
	}
	defer func() { _ = put.Close() }()
	related, err := w.related(ctx, pulled)
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
		values := invoiceTable.values(r, made(invoice, pulled.At, related[invoice.ID])...)
		if err := w.put(ctx, put, values); err != nil {
			return err
		}
	}
	if pulled.Full {
		return w.deleteOthers(ctx, invoiceTable, kept)
	}
	for id, words := range related {
		if !kept[id] {
			if err := w.run(ctx, "UPDATE invoices SET related = ?2 WHERE id = ?1 AND related <> ?2", id, words); err != nil {
				return err
			}
		}
	}
	return nil
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
