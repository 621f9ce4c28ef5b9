package billing

import (
	"slices"
	"time"
)

// Books are all bills, credit notes and payments of a subscriber, and what is
// agreed to be billed next.
type Books struct {
	Bills         []Bill
	CreditNotes   []CreditNote
	Payments      []Payment
	Subscriptions []Subscription
}

// SpendingSpan says which months to show.
type SpendingSpan struct {
	// Months is how many, the latest last; 0 is all there are.
	Months int
	// Now is in the latest month, unless something is dated later.
	Now Time
	// Zone is where a month begins; nil is UTC.
	Zone *time.Location
}

// Spending is what was spent, currency by currency.
type Spending struct {
	Currencies []CurrencySpending `json:"currencies"`
	// Zone is the IANA name of the zone that the months are of.
	Zone string `json:"zone"`
}

// CurrencySpending is what was spent in one currency. All currencies have the same
// months.
type CurrencySpending struct {
	Currency string `json:"currency"`
	// Months has every month of the span, oldest first.
	Months []MonthSpending `json:"months"`
	// Total is the sum of Months; its Year and Month are 0.
	Total MonthSpending `json:"total"`
	// Next is what the next invoice will be, as far as is known today; nil when none
	// is expected.
	Next *MonthSpending `json:"next"`
}

// MonthSpending is what was billed in a month: Plan, Usage, Packs, Tax and Credits
// add up to Total exactly.
type MonthSpending struct {
	Year  int `json:"year"`
	Month int `json:"month"`
	// Plan, Usage and Packs are without tax: see BillParts. Packs also holds payments
	// that no invoice stands behind.
	Plan  Money `json:"plan"`
	Usage Money `json:"usage"`
	Packs Money `json:"packs"`
	Tax   Money `json:"tax"`
	// Credits is what credit notes and credit lines took off, tax included: 0 or less.
	Credits Money `json:"credits"`
	Total   Money `json:"total"`
	// Refunds is what went back in this month, of whatever was paid. It is no part of
	// Total: where a bill was lowered as well, a credit note says so.
	Refunds Money `json:"refunds"`
	// Paid is what was paid by now of this month's bills.
	Paid     Money `json:"paid"`
	Invoices int   `json:"invoices"`
}

// mostMonths keeps a date that is nonsense from making a picture without end.
const mostMonths = 1200

// SpendingOf sums up the books month by month. An invoice counts in the month of
// its date, a credit note and a refund in that of their own. It fails only where
// sums leave the range of int64.
func SpendingOf(books Books, span SpendingSpan) (Spending, error) {
	if span.Zone == nil {
		span.Zone = time.UTC
	}
	l := &ledger{zone: span.Zone, months: map[string]map[month]*MonthSpending{}, first: monthOf(span.Now, span.Zone)}
	l.last = l.first
	for _, bill := range books.Bills {
		l.addBill(bill)
	}
	for _, note := range books.CreditNotes {
		l.addCreditNote(note)
	}
	for _, payment := range books.Payments {
		l.addPayment(payment)
	}
	l.narrow(span.Months)
	spending := Spending{Currencies: []CurrencySpending{}, Zone: span.Zone.String()}
	next := nextInvoices(books.Subscriptions, span.Zone)
	for _, currency := range l.currencies(next) {
		spending.Currencies = append(spending.Currencies, l.currency(currency, next[currency]))
	}
	return spending, l.err
}

// month counts months since the year 0.
type month int

func monthOf(at Time, zone *time.Location) month {
	date := at.Go().In(zone)
	return month(date.Year()*12 + int(date.Month()) - 1)
}

// ledger is a Spending in the making.
type ledger struct {
	zone        *time.Location
	months      map[string]map[month]*MonthSpending
	first, last month
	err         error
}

// at is the month of an instant; what has no known date belongs nowhere, and nil
// stands for that.
func (l *ledger) at(date Time, currency string) *MonthSpending {
	if !date.Known() || currency == "" {
		return nil
	}
	when := monthOf(date, l.zone)
	l.first, l.last = min(l.first, when), max(l.last, when)
	if l.months[currency] == nil {
		l.months[currency] = map[month]*MonthSpending{}
	}
	if l.months[currency][when] == nil {
		l.months[currency][when] = emptyMonth(when, currency)
	}
	return l.months[currency][when]
}

func emptyMonth(when month, currency string) *MonthSpending {
	m := &MonthSpending{Year: int(when) / 12, Month: int(when)%12 + 1}
	for _, amount := range m.amounts() {
		amount.Currency = currency
	}
	return m
}

func (m *MonthSpending) amounts() []*Money {
	return []*Money{&m.Plan, &m.Usage, &m.Packs, &m.Tax, &m.Credits, &m.Total, &m.Refunds, &m.Paid}
}

func (l *ledger) add(to *Money, amount Money) {
	sum, err := to.Plus(amount)
	if err != nil {
		l.err = err
		return
	}
	*to = sum
}

func (l *ledger) addBill(bill Bill) {
	if !bill.Counts() {
		return
	}
	m := l.at(bill.Dated, bill.Total.Currency)
	if m == nil {
		return
	}
	l.addParts(m, bill.Parts)
	l.add(&m.Total, bill.Total)
	l.add(&m.Paid, bill.Paid)
	m.Invoices++
}

func (l *ledger) addParts(m *MonthSpending, parts BillParts) {
	l.add(&m.Plan, parts.Plan)
	l.add(&m.Usage, parts.Usage)
	l.add(&m.Packs, parts.Packs)
	l.add(&m.Tax, parts.Tax)
	l.add(&m.Credits, parts.Credits)
}

func (l *ledger) addCreditNote(note CreditNote) {
	if !note.Counts() {
		return
	}
	if m := l.at(note.DocumentDate(), note.Total.Currency); m != nil {
		less := Money{Amount: -note.Total.Amount, Currency: note.Total.Currency}
		l.add(&m.Credits, less)
		l.add(&m.Total, less)
	}
}

// addPayment counts what went back, and the payment itself where no invoice does.
func (l *ledger) addPayment(payment Payment) {
	for _, refund := range payment.Refunds {
		if m := l.at(refund.CreatedAt, refund.Amount.Currency); m != nil && refund.GivesBack() {
			l.add(&m.Refunds, refund.Amount)
		}
	}
	if payment.InvoiceID != "" || payment.Status != "succeeded" {
		return
	}
	if m := l.at(payment.CreatedAt, payment.Amount.Currency); m != nil {
		l.add(&m.Packs, payment.Amount)
		l.add(&m.Total, payment.Amount)
		l.add(&m.Paid, payment.Amount)
	}
}

// narrow leaves so many months, the latest ones; 0 leaves all.
func (l *ledger) narrow(months int) {
	if months <= 0 || months > mostMonths {
		l.first = max(l.first, l.last-mostMonths+1)
		return
	}
	l.first = l.last - month(months) + 1
}

// currencies lists those that have anything to show, by their code.
func (l *ledger) currencies(next map[string]*MonthSpending) []string {
	var currencies []string
	for currency, months := range l.months {
		for when := range months {
			if when >= l.first && when <= l.last {
				currencies = append(currencies, currency)
				break
			}
		}
	}
	for currency := range next {
		currencies = append(currencies, currency)
	}
	slices.Sort(currencies)
	return slices.Compact(currencies)
}

func (l *ledger) currency(currency string, next *MonthSpending) CurrencySpending {
	spent := CurrencySpending{Currency: currency, Months: []MonthSpending{}, Total: *emptyMonth(0, currency), Next: next}
	spent.Total.Year, spent.Total.Month = 0, 0
	for when := l.first; when <= l.last; when++ {
		m := l.months[currency][when]
		if m == nil {
			m = emptyMonth(when, currency)
		}
		spent.Months = append(spent.Months, *m)
		for i, amount := range m.amounts() {
			l.add(spent.Total.amounts()[i], *amount)
		}
		spent.Total.Invoices += m.Invoices
	}
	return spent
}

// nextInvoices gives per currency the earliest invoice that is expected.
func nextInvoices(subscriptions []Subscription, zone *time.Location) map[string]*MonthSpending {
	soonest := map[string]*Upcoming{}
	for i := range subscriptions {
		upcoming := subscriptions[i].Upcoming
		if upcoming == nil || upcoming.Total.Currency == "" || subscriptions[i].NextBilling() == nil {
			continue
		}
		before := soonest[upcoming.Total.Currency]
		if before == nil || upcoming.At < before.At {
			soonest[upcoming.Total.Currency] = upcoming
		}
	}
	next := map[string]*MonthSpending{}
	for currency, upcoming := range soonest {
		m := emptyMonth(monthOf(upcoming.At, zone), currency)
		parts := partsOf(upcoming.Lines, upcoming.Tax, upcoming.Total, KindPlan)
		m.Plan, m.Usage, m.Packs, m.Tax, m.Credits = parts.Plan, parts.Usage, parts.Packs, parts.Tax, parts.Credits
		m.Total, m.Invoices = upcoming.Total, 1
		next[currency] = m
	}
	return next
}
