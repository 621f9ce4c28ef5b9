package identity_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"billfold/backend/gateway/identity"
)

const people = `[
	{"issuer": "https://a.example", "subject": "ada", "customer": "cus_ada"},
	{"issuer": "https://b.example", "subject": "ada", "customer": "cus_other"},
	{"issuer": "https://a.example", "subject": "bob", "customer": "cus_bob"},
	{"issuer": "https://a.example", "subject": "bob", "customer": "cus_bob2"},
	{"issuer": "https://a.example", "subject": "eve", "customer": "cus_eve", "deleted": true}
]`

var wanted = map[[2]string][]string{
	{"https://a.example", "ada"}: {"cus_ada"}, {"https://b.example", "ada"}: {"cus_other"}, {"https://a.example", "bob"}: {"cus_bob", "cus_bob2"},
	{"https://a.example", "eve"}: {""}, {"https://a.example", "nobody"}: nil, {"https://c.example", "ada"}: nil,
	{"https://a.example", "' or 1=1 --"}: nil,
}

func TestCustomersFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "customers.json")
	write := func(text string, at time.Time) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write(people, time.Unix(1, 0))
	find, err := identity.FromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checkLookup(t, find)
	for name, text := range map[string]string{
		"no JSON": "ada,cus_ada", "no subject": `[{"issuer":"i","customer":"cus_a"}]`, "no customer": `[{"issuer":"i","subject":"s"}]`,
	} {
		write(text, time.Unix(2, 0))
		if _, err := identity.FromFile(path); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := identity.FromFile(path + "none"); err == nil {
		t.Error("a file that is not there is taken")
	}
}

func TestCustomersFromATable(t *testing.T) {
	db, err := sql.Open("sqlite3", filepath.Join(t.TempDir(), "users.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(`CREATE TABLE users (issuer TEXT, subject TEXT, customer TEXT);
		INSERT INTO users VALUES ('https://a.example', 'ada', 'cus_ada'), ('https://b.example', 'ada', 'cus_other'),
			('https://a.example', 'bob', 'cus_bob'), ('https://a.example', 'bob', 'cus_bob2'), ('https://a.example', 'eve', NULL)`)
	if err != nil {
		t.Fatal(err)
	}
	checkLookup(t, identity.FromSQL(db, "SELECT customer FROM users WHERE issuer = ? AND subject = ?"))
	if _, err := identity.FromSQL(db, "SELECT nothing")(t.Context(), "a", "b"); err == nil {
		t.Error("a query that fails finds nobody instead")
	}
}

func checkLookup(t *testing.T, find identity.Lookup) {
	t.Helper()
	for who, want := range wanted {
		got, err := find(t.Context(), who[0], who[1])
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v: %q %v", who, got, err)
		}
	}
}

// TestAChangedFileIsReadAnew: and one that became nonsense lets nobody in.
func TestAChangedFileIsReadAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "customers.json")
	if err := os.WriteFile(path, []byte(people), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	find, err := identity.FileAt(path, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	change := func(text string, at time.Time) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		now = now.Add(6 * time.Second)
	}
	change("[]", now.Add(time.Hour))
	if got, err := find(t.Context(), "https://a.example", "ada"); err != nil || got != nil {
		t.Errorf("%q %v", got, err)
	}
	change("nonsense", now.Add(2*time.Hour))
	if got, err := find(t.Context(), "https://a.example", "ada"); err == nil {
		t.Errorf("%q", got)
	}
}
