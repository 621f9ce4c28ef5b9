package identity

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// entry is one line of a mapping file.
type entry struct {
	Issuer   string `json:"issuer"`
	Subject  string `json:"subject"`
	Customer string `json:"customer"`
	// Deleted keeps the line and refuses the person.
	Deleted bool `json:"deleted"`
}

// lookAgain is how long a mapping file is not looked at anew.
const lookAgain = 5 * time.Second

// fileTable is a mapping file as it was last read.
type fileTable struct {
	path    string
	now     func() time.Time
	mu      sync.Mutex
	looked  time.Time
	changed time.Time
	people  map[[2]string][]string
}

// FromFile looks customers up in a JSON file: an array of objects with issuer,
// subject and customer, and deleted where one is no more. A changed file is read
// anew; while it makes no sense, everybody is refused, so that no old mapping
// outlives its removal.
func FromFile(path string) (Lookup, error) { return fromFile(path, time.Now) }

func fromFile(path string, now func() time.Time) (Lookup, error) {
	t := &fileTable{path: path, now: now}
	if err := t.refresh(); err != nil {
		return nil, err
	}
	return t.find, nil
}

func (t *fileTable) find(_ context.Context, issuer, subject string) ([]string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(); err != nil {
		return nil, err
	}
	return t.people[[2]string{issuer, subject}], nil
}

func (t *fileTable) refresh() error {
	if t.now().Sub(t.looked) < lookAgain {
		return nil
	}
	info, err := os.Stat(t.path)
	if err != nil {
		return fmt.Errorf("the file of customers cannot be read: %w", err)
	}
	if t.people != nil && info.ModTime().Equal(t.changed) {
		t.looked = t.now()
		return nil
	}
	people, err := readTable(t.path)
	if err != nil {
		return err
	}
	t.people, t.changed, t.looked = people, info.ModTime(), t.now()
	return nil
}

func readTable(path string) (map[[2]string][]string, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the file of customers cannot be read: %w", err)
	}
	var entries []entry
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, errors.New("the file of customers must be a JSON array of issuer, subject and customer")
	}
	people := map[[2]string][]string{}
	for _, e := range entries {
		if e.Issuer == "" || e.Subject == "" || (e.Customer == "" && !e.Deleted) {
			return nil, errors.New("a line of the file of customers lacks issuer, subject or customer")
		}
		if e.Deleted {
			e.Customer = ""
		}
		key := [2]string{e.Issuer, e.Subject}
		people[key] = append(people[key], e.Customer)
	}
	return people, nil
}

// FromSQL looks customers up by a query with two places, for issuer and subject,
// in the way of the database's driver. It must give one column, the customer's id;
// null or "" is one that was removed. No more than two rows are read.
func FromSQL(db *sql.DB, query string) Lookup {
	return func(ctx context.Context, issuer, subject string) (customers []string, err error) {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		rows, err := db.QueryContext(ctx, query, issuer, subject)
		if err != nil {
			return nil, fmt.Errorf("look up a customer: %w", err)
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() && len(customers) < 2 {
			var customer sql.NullString
			if err := rows.Scan(&customer); err != nil {
				return nil, fmt.Errorf("look up a customer: %w", err)
			}
			customers = append(customers, customer.String)
		}
		return customers, rows.Err()
	}
}
