package companion

import (
	"context"
	"slices"
	"sync"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

const (
	usualLedgerPage   = 100
	largestLedgerPage = 500
	// alarmsShown is how many alarms go with a page, the latest ones.
	alarmsShown = 3
)

// keptLedger is the money timeline of one state of the cache, kept because every page
// of it needs the whole.
type keptLedger struct {
	mu       sync.Mutex
	path     string
	revision int64
	made     *madeBooks
}

type madeBooks struct {
	rows     []LedgerRow
	closings []billing.Closing
	alarms   []LedgerAlarm
}

// Ledger is one page of the money timeline: everything that was billed, tried,
// paid, given back and kept as credit. A cursor or a limit that makes no sense is
// CodeInvalid.
func (c *Companion) Ledger(ctx context.Context, filter LedgerFilter) (LedgerPage, error) {
	if filter.Limit < 0 || filter.Limit > largestLedgerPage {
		return LedgerPage{}, billing.NewError(billing.CodeInvalid, "A page of the money timeline has 1 to 500 entries.", nil)
	}
	if filter.Limit == 0 {
		filter.Limit = usualLedgerPage
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	cache, err := c.account.readable()
	if err != nil {
		return LedgerPage{}, err
	}
	made, err := c.ledgers.of(ctx, cache)
	if err != nil {
		return LedgerPage{}, err
	}
	away, err := c.alarmsAway(ctx)
	if err != nil {
		return LedgerPage{}, err
	}
	return made.page(filter, away, billing.At(c.config.Now()))
}

// page cuts a page out. The cursor is the key of the last row of the one before:
// what came meanwhile stands above it.
func (m *madeBooks) page(filter LedgerFilter, away []string, now billing.Time) (LedgerPage, error) {
	from := 0
	if filter.After != "" {
		from = slices.IndexFunc(m.rows, func(r LedgerRow) bool { return r.cursor() == filter.After }) + 1
		if from == 0 {
			return LedgerPage{}, billing.NewError(billing.CodeInvalid, "The money timeline has changed; read it from the start.", nil)
		}
	}
	to := min(from+filter.Limit, len(m.rows))
	worth := m.news(now)
	news := slices.DeleteFunc(slices.Clone(worth), func(a LedgerAlarm) bool { return slices.Contains(away, a.Key) })
	page := LedgerPage{
		Rows: append([]LedgerRow{}, m.rows[from:to]...), Total: len(m.rows), Closings: m.closings,
		Alarms: news[:min(len(news), alarmsShown)], AlarmCount: len(news), AlarmsAway: len(worth) - len(news), Zone: documentZone,
	}
	if to < len(m.rows) {
		page.Next = m.rows[to-1].cursor()
	}
	return page, nil
}

// news are the alarms that are still worth a word.
func (m *madeBooks) news(now billing.Time) []LedgerAlarm {
	return slices.DeleteFunc(slices.Clone(m.alarms), func(a LedgerAlarm) bool { return a.Stale(now) })
}

func (r LedgerRow) cursor() string { return string(r.Kind) + "/" + r.ID }

// of gives the books of the cache as it is now.
func (k *keptLedger) of(ctx context.Context, cache *sqlite.Cache) (*madeBooks, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	marks, err := cache.Marks(ctx)
	if err != nil {
		return nil, err
	}
	if k.made != nil && k.path == cache.Path() && k.revision == marks.Revision {
		return k.made, nil
	}
	journal, err := cache.Journal(ctx)
	if err != nil {
		return nil, err
	}
	made, err := makeBooks(journal)
	if err != nil {
		return nil, err
	}
	k.path, k.revision, k.made = cache.Path(), marks.Revision, made
	return made, nil
}

func makeBooks(journal billing.Journal) (*madeBooks, error) {
	ledger, err := billing.LedgerOf(journal)
	if err != nil {
		return nil, err
	}
	running, err := ledger.Running()
	if err != nil {
		return nil, err
	}
	invoices, notes := make(map[string]string, len(journal.Invoices)), make(map[string]string, len(journal.CreditNotes))
	for i := range journal.Invoices {
		invoices[journal.Invoices[i].ID] = journal.Invoices[i].Number
	}
	for i := range journal.CreditNotes {
		notes[journal.CreditNotes[i].ID] = journal.CreditNotes[i].Number
	}
	made := &madeBooks{rows: make([]LedgerRow, len(running)), closings: ledger.Closings, alarms: alarmsOf(ledger.Alarms, journal, invoices)}
	for i, entry := range running {
		made.rows[i] = LedgerRow{Running: entry, Number: invoices[entry.InvoiceID]}
		if entry.Kind == billing.EntryCreditNote {
			made.rows[i].Number = notes[entry.ID]
		}
	}
	return made, nil
}

// alarmsOf adds the invoices that an alarm is about.
func alarmsOf(alarms []billing.Alarm, journal billing.Journal, numbers map[string]string) []LedgerAlarm {
	shown := make([]LedgerAlarm, len(alarms))
	if len(alarms) == 0 {
		return shown
	}
	paidFor := make(map[string]string, len(journal.Payments))
	for i := range journal.Payments {
		paidFor[journal.Payments[i].ID] = journal.Payments[i].InvoiceID
	}
	for i, alarm := range alarms {
		shown[i] = LedgerAlarm{Alarm: alarm, Key: alarm.Key(), Invoices: []InvoiceRef{}}
		for _, payment := range alarm.PaymentIDs {
			ref := InvoiceRef{ID: paidFor[payment], Number: numbers[paidFor[payment]]}
			if ref.ID != "" && !slices.Contains(shown[i].Invoices, ref) {
				shown[i].Invoices = append(shown[i].Invoices, ref)
			}
		}
	}
	return shown
}
