package companion

import "billfold/backend/billing"

// LedgerFilter says which page of the money timeline to show.
type LedgerFilter struct {
	// After is the cursor of a page, "" for the first; Limit 0 is the usual number.
	After string `json:"after"`
	Limit int    `json:"limit"`
}

// LedgerRow is an entry of the money timeline.
type LedgerRow struct {
	billing.Running
	// Number is the invoice's or the credit note's, "" where it has none.
	Number string `json:"number"`
}

// LedgerAlarm is an alarm with the invoices it is about.
type LedgerAlarm struct {
	billing.Alarm
	// Key is what PutAlarmAway takes.
	Key      string       `json:"key"`
	Invoices []InvoiceRef `json:"invoices"`
}

// LedgerPage is one page of the money timeline, newest first, with what all of it
// comes to.
type LedgerPage struct {
	Rows     []LedgerRow       `json:"rows"`
	Next     string            `json:"next"`
	Total    int               `json:"total"`
	Closings []billing.Closing `json:"closings"`
	// Alarms are the latest of AlarmCount, which leaves out the AlarmsAway that were put
	// away.
	Alarms     []LedgerAlarm `json:"alarms"`
	AlarmCount int           `json:"alarm_count"`
	AlarmsAway int           `json:"alarms_away"`
	Zone       string        `json:"zone"`
}
