package main_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shop is what a person does on the hosted pages, in a program of its own.
func shop(t *testing.T, link string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	page, at := fetched(t, client, mustAsk(t, http.MethodGet, link, ""))
	form := regexp.MustCompile(`(?s)<form[^>]*action="([^"]*/cards/new)".*?name="mark" value="([^"]*)"`).FindStringSubmatch(page)
	if form == nil {
		t.Fatalf("there is no form for a card on %s:\n%s", at, page)
	}
	to, err := at.Parse(form[1])
	if err != nil {
		t.Fatal(err)
	}
	values := url.Values{"mark": {form[2]}, "number": {"4000056655665556"}, "expiry": {"09 / 30"}, "cvc": {"737"}, "name": {"Dana"}, "country": {"US"}, "postal_code": {"10013"}}
	request := mustAsk(t, http.MethodPost, to.String(), values.Encode())
	request.Header.Set("Origin", to.Scheme+"://"+to.Host)
	page, _ = fetched(t, client, request)
	return page
}

func mustAsk(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request
}

func fetched(t *testing.T, client *http.Client, request *http.Request) (string, *url.URL) {
	t.Helper()
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	return string(body), response.Request.URL
}

// The person's browser is a program that hands the address to the test, which
// then does what a person does there.
func TestPortalLeadsThereAndTellsWhatChanged(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	folder := t.TempDir()
	pipe := filepath.Join(folder, "address")
	if out, err := exec.Command("mkfifo", pipe).CombinedOutput(); err != nil {
		t.Fatalf("mkfifo: %v\n%s", err, out)
	}
	script := "#!/bin/sh\nprintf '%s' \"$1\" > '" + pipe + "'\n"
	if err := os.WriteFile(filepath.Join(folder, "mine"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	d.env = append(d.env, "BROWSER="+filepath.Join(folder, "mine"))
	shopped := make(chan string, 1)
	go func() {
		address, _ := os.ReadFile(pipe)
		shopped <- string(address)
	}()
	ended := make(chan ran, 1)
	go func() { ended <- d.run(v.flags("portal", "--flow", "add-card", "--verbose")...) }()
	link := <-shopped
	if page := shop(t, link); !strings.Contains(page, "You can close this tab") {
		t.Errorf("after the card: %s", page)
	}
	got := <-ended
	if got.code != 0 || !strings.Contains(got.stdout, "Added: Visa •••• 5556") || !strings.Contains(got.stdout, "Default payment method: Visa •••• 5556") {
		t.Errorf("%+v", got)
	}
	secret := link[strings.LastIndex(link, "/")+1:]
	for _, text := range []string{got.stdout, got.stderr} {
		if strings.Contains(text, secret) || strings.Contains(text, "4000056655665556") {
			t.Errorf("printed %s", text)
		}
	}
}

func TestPortalPrintsTheLinkAlone(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	got := d.run(v.flags("portal", "--flow", "add-card", "--print")...)
	link := strings.TrimSuffix(got.stdout, "\n")
	if got.code != 0 || strings.ContainsAny(link, " \n") || !strings.HasPrefix(link, v.URL()+"/p/session/") || strings.Contains(got.stderr, link) {
		t.Fatalf("%+v", got)
	}
	if page := shop(t, link); !strings.Contains(page, "Visa ending in 5556") {
		t.Errorf("the link leads to %s", page)
	}
}

func TestPortalThatCannotBeHad(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	if got := d.run(v.flags("sync")...); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	v.spoil(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"error":{"type":"invalid_request_error","message":"https://example.com/secret"}}`)
	})
	got := d.run(v.flags("portal", "--support", "help@vendor.example")...)
	if got.code != 1 || got.stdout != "" || !strings.Contains(got.stderr, "help@vendor.example") || strings.Contains(got.stderr, "secret") {
		t.Errorf("%+v", got)
	}
	if got := d.run(v.flags("portal", "--flow", "everything")...); got.code != 2 {
		t.Errorf("a flow that is none: %+v", got)
	}
	if got := d.run(v.flags("portal", "--flow", "undo")...); got.code != 2 || !strings.Contains(got.stderr, "No cancellation") {
		t.Errorf("nothing to undo: %+v", got)
	}
}

func TestMethodsAndBillingInfoSayWhatTheServerSays(t *testing.T) {
	v, d := newVendor(t, "active"), newDesk(t)
	d.connect(v)
	methods := mustJSON[struct {
		Schema  string
		Methods []struct {
			ID, Last4        string
			Default, Charged bool
			Warnings         []string
		}
		Shadows []any
		AsOf    *int64 `json:"as_of"`
	}](d, v.flags("methods", "--json")...)
	theirs := ask(t, v, "/v1/customers/"+v.Customer()+"/payment_methods")["data"].([]any)
	if methods.Schema != "billfold.methods/1" || len(methods.Methods) != len(theirs) || methods.Methods[0].ID != theirs[0].(map[string]any)["id"] ||
		!methods.Methods[0].Default || !methods.Methods[0].Charged || methods.Shadows == nil || methods.AsOf == nil {
		t.Errorf("%+v, server %v", methods, theirs)
	}
	info := mustJSON[struct {
		Schema, Name string
		Address      map[string]string
		TaxIDs       []map[string]any `json:"tax_ids"`
		Missing      []string
		Lacking      []any
	}](d, v.flags("billing-info", "--json")...)
	customer := ask(t, v, "/v1/customers/"+v.Customer())
	if info.Schema != "billfold.billing-info/1" || info.Name != customer["name"] || info.Address["city"] != customer["address"].(map[string]any)["city"] ||
		len(info.TaxIDs) != 1 || info.Missing == nil || info.Lacking == nil {
		t.Errorf("%+v, server %v", info, customer)
	}
	for command, words := range map[string][]string{"methods": {"Visa •••• 4242", "default", "charged"}, "billing-info": {info.Name, "Tax ID", "New York"}} {
		got := d.run(v.flags(command, "--offline")...)
		for _, word := range words {
			if got.code != 0 || !strings.Contains(got.stdout, word) {
				t.Errorf("%s does not say %q: %+v", command, word, got)
			}
		}
	}
}
