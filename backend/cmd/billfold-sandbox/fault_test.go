package main_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// statusOf asks for the customer of a sandbox.
func statusOf(t *testing.T, url, key, customer string) int {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url+"/v1/customers/"+customer, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestAFaultIsMadeAndTakenAwayByCommand(t *testing.T) {
	ready, _ := serve(t)
	at := []string{"--url", ready.URL, "--key", ready.Key}
	if got := run(t, append([]string{"fault", "429,retry-after=1", "--on", "GET /v1/customers/*"}, at...)...); got.code != 0 || got.stderr != "" {
		t.Fatalf("%+v", got)
	}
	if got := statusOf(t, ready.URL, ready.Key, ready.Customer); got != 429 {
		t.Errorf("with the fault: %d", got)
	}
	if got := run(t, append([]string{"fault", "--clear"}, at...)...); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if got := statusOf(t, ready.URL, ready.Key, ready.Customer); got != 200 {
		t.Errorf("without it: %d", got)
	}
	for name, arguments := range map[string][]string{
		"unknown":       append([]string{"fault", "fire"}, at...),
		"nothing":       append([]string{"fault"}, at...),
		"another place": {"fault", "429", "--url", "http://example.com", "--key", ready.Key},
		"another key":   {"fault", "429", "--url", ready.URL, "--key", "sk_test_guess"},
	} {
		if got := run(t, arguments...); got.code != 1 || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestWebhooksAndMailLeaveTheProgram: what the flags of serve promise.
func TestWebhooksAndMailLeaveTheProgram(t *testing.T) {
	signed := make(chan string, 100)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { signed <- r.Header.Get("Stripe-Signature") }))
	defer hook.Close()
	folder := filepath.Join(t.TempDir(), "mail")
	ready, said := serveSaying(t, "--webhook", hook.URL, "--webhook-chaos", "--mail-folder", folder)
	if !strings.HasPrefix(said["webhook_secret"], "whsec_") {
		t.Errorf("%v", said)
	}
	if got := run(t, "advance", "40d", "--url", ready.URL, "--key", ready.Key); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	if signature := <-signed; !strings.HasPrefix(signature, "t=") || !strings.Contains(signature, ",v1=") {
		t.Errorf("signature %q", signature)
	}
	waitForMail(t, folder)
	if got := run(t, "serve", "--smtp", "mail.example.com:25"); got.code != 1 || !strings.Contains(got.stderr, "this machine only") {
		t.Errorf("%+v", got)
	}
}

// waitForMail reads the first letter that appears in a folder.
func waitForMail(t *testing.T, folder string) {
	t.Helper()
	for t.Context().Err() == nil {
		files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			time.Sleep(5 * time.Millisecond) // between two looks
			continue
		}
		file, err := os.Open(files[0])
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if first, err := bufio.NewReader(file).ReadString('\n'); err == nil {
			if !strings.HasPrefix(first, "From: ") {
				t.Errorf("begins with %q", first)
			}
			return
		}
	}
}
