package sandbox_test

import (
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// canaryCode is a security code that nothing else in a sandbox looks like.
const canaryCode = "8642"

// canaries are ways in which a number or its code could have been written down.
func canaries(numbers ...string) []string {
	all := []string{"cvc=", `"cvc":"` + canaryCode, canaryCode}
	for _, number := range numbers {
		plain := strings.NewReplacer(" ", "", "-", "").Replace(number)
		all = append(all, number, plain, url.QueryEscape(number), url.PathEscape(number), plain[:len(plain)-4], strings.ReplaceAll(number, " ", "-"))
	}
	return all
}

var digitsOfIDs = regexp.MustCompile(`[A-Za-z0-9_]*_[0-9A-Za-z]{14,}[^\s"]*`)

// TestNoNumberIsKeptAnywhere types cards of every outcome into every form there is
// for them, and then reads all that the sandbox has written or says.
func TestNoNumberIsKeptAnywhere(t *testing.T) {
	folder := t.TempDir()
	clock := newHandClock()
	r := newReceiver(t, nil)
	options := sandbox.Options{Now: clock.now, StateFile: filepath.Join(folder, "state.json")}
	options.Webhook.URL, options.Mail.Folder = r.URL, filepath.Join(folder, "mail")
	c := MustStart(t, options)
	typed := []string{"3714 496353 98431", "3782 822463 10005", "4539 1488 0343 6467", "4000 0000 0000 9995", "4000 0027 6000 3184"}
	said := typeEverywhere(c, typed)
	c.post("/v1/payment_methods", "type", "card", "card[number]", typed[0], "card[cvc]", canaryCode, "card[exp_month]", "9", "card[exp_year]", "2030")
	clock.advance(40 * 24 * time.Hour)
	for _, path := range []string{"/outbox", "/_sandbox/", "/v1/events?limit=100", "/v1/charges", "/v1/payment_methods?customer=" + c.Customer()} {
		said = append(said, string(c.get(path).body))
	}
	before := c.picture()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for _, d := range r.after(t, 5) {
		said = append(said, string(d.body))
	}
	said = append(said, filesBelow(t, folder)...)
	for _, text := range said {
		// Ids and links are made of letters and digits by chance.
		plain := digitsOfIDs.ReplaceAllString(text, "")
		for _, canary := range canaries(typed...) {
			if strings.Contains(plain, canary) {
				t.Errorf("%q is in %.300s", canary, text[max(strings.Index(text, canary)-100, 0):])
			}
		}
	}
	again := startFor(t, options)
	if again.picture() != before {
		t.Error("the state file makes other objects")
	}
}

// typeEverywhere types each number into the portal and into an open invoice, and
// gives the pages that came of it.
func typeEverywhere(c client, numbers []string) (pages []string) {
	for _, number := range numbers {
		card := typedCard(number, "cvc", canaryCode)
		pages = append(pages, c.portal().follow("Add a payment method").send("/cards/new", card...).body)
		v := newVisitor(c.tester).open(c.openInvoice()["hosted_invoice_url"].(string))
		pages = append(pages, v.send("/pay", append([]string{"method", "new"}, card...)...).body)
	}
	return pages
}

// filesBelow reads every file in a folder, names included.
func filesBelow(t *testing.T, folder string) (texts []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		// Quoted-printable breaks lines in the middle of words.
		texts = append(texts, path+"\n"+string(bytes.ReplaceAll(content, []byte("=\r\n"), nil)))
		return err
	})
	if err != nil || len(texts) < 3 {
		t.Fatalf("%d files: %v", len(texts), err)
	}
	return texts
}
