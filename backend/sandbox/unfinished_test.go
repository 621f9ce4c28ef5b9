package sandbox_test

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

func TestOneSandboxAtATimeHasAStateFile(t *testing.T) {
	options := sandbox.Options{Scenario: "new", Now: newHandClock().now, StateFile: filepath.Join(t.TempDir(), "state.json")}
	first := MustStart(t, options)
	first.made("/v1/products", "name", "kept")
	refused := func(err error) {
		t.Helper()
		want := "another sandbox is using the state file " + options.StateFile + ": stop that one first, or name another file"
		if !errors.Is(err, sandbox.ErrInUse) || err.Error() != want {
			t.Errorf("says %v", err)
		}
	}
	_, err := sandbox.Start(t.Context(), options)
	refused(err)
	_, err = sandbox.AdvanceState(t.Context(), sandbox.Options{StateFile: options.StateFile}, time.Hour)
	refused(err)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := startFor(t, options)
	if products, _ := second.page("/v1/products?limit=1"); products[0]["name"] != "kept" {
		t.Errorf("the second found %v", products)
	}
}

func TestAStartWaitsForOneThatIsAboutToEnd(t *testing.T) {
	options := sandbox.Options{Scenario: "new", StateFile: filepath.Join(t.TempDir(), "state.json")}
	first := MustStart(t, options)
	ended := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() { ended <- first.Close() })
	startFor(t, options)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAWebhookThatDidNotArriveIsSentAtTheNextStart(t *testing.T) {
	status := 503
	r := newReceiver(t, func(int) int { return status })
	options := sandbox.Options{Scenario: "new", Now: newHandClock().now, StateFile: filepath.Join(t.TempDir(), "state.json")}
	options.Webhook = sandbox.WebhookOptions{URL: r.URL, Wait: never}
	first := MustStart(t, options)
	for _, name := range []string{"A", "B"} {
		first.made("/v1/products", "name", name)
	}
	r.after(t, 2)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	status = 200
	second := startFor(t, options)
	got := r.after(t, 4)
	if types := verified(t, got[2:], second.WebhookSecret()); !slices.Equal(types, []string{"product.created", "product.created"}) {
		t.Errorf("%v", types)
	}
	if a, b := eventID(t, got[0]), eventID(t, got[2]); a != b {
		t.Errorf("%s, then %s", a, b)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	third := MustStart(t, options)
	if err := third.Close(); err != nil {
		t.Fatal(err)
	}
	if got := r.after(t, 4); len(got) != 4 {
		t.Errorf("%d deliveries: what had arrived was sent again", len(got))
	}
}

func eventID(t *testing.T, d delivery) string {
	t.Helper()
	var event struct{ ID string }
	if err := json.Unmarshal(d.body, &event); err != nil {
		t.Fatal(err)
	}
	return event.ID
}

func TestWhatIsInLineIsDeliveredBeforeTheEnd(t *testing.T) {
	r := newReceiver(t, func(int) int { time.Sleep(time.Millisecond); return 200 })
	c := MustStart(t, sandbox.Options{Scenario: "new", Now: newHandClock().now, Webhook: sandbox.WebhookOptions{URL: r.URL, Chaos: true}})
	for range 20 {
		c.made("/v1/products", "name", "P")
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, d := range r.after(t, 20) {
		ids[eventID(t, d)] = true
	}
	if len(ids) != 20 {
		t.Errorf("%d of 20 events arrived", len(ids))
	}
}

func TestTimeThatPassedInTheStateFileIsToldAtTheNextStart(t *testing.T) {
	clock := newHandClock()
	r := newReceiver(t, nil)
	mails := filepath.Join(t.TempDir(), "mail")
	options := sandbox.Options{Now: clock.now, StateFile: filepath.Join(t.TempDir(), "state.json")}
	options.Webhook.URL, options.Mail.Folder = r.URL, mails
	first := MustStart(t, options)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	before := len(r.after(t, 0))
	if _, err := sandbox.AdvanceState(t.Context(), sandbox.Options{Now: clock.now, StateFile: options.StateFile}, 31*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	second := MustStart(t, options)
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	if got := verified(t, r.after(t, before+1)[before:], second.WebhookSecret()); !slices.Contains(got, "invoice.paid") {
		t.Errorf("told: %v", got)
	}
	if files, err := os.ReadDir(mails); err != nil || len(files) != 2 { // a reminder and a receipt
		t.Errorf("%v %v", files, err)
	}
}

func TestALetterThatWasNotTakenIsSentAtTheNextStart(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	options := sandbox.Options{Now: newHandClock().now, StateFile: filepath.Join(t.TempDir(), "state.json")}
	options.Mail.SMTP = silent.Addr().String()
	first := MustStart(t, options)
	first.refundSomething()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(options.StateFile); err != nil || !strings.Contains(string(kept), `"unsent":["mail_`) {
		t.Fatalf("the letter is not noted: %v", err)
	}
	options.Mail = sandbox.MailOptions{Folder: t.TempDir()}
	startFor(t, options)
	if text := firstFile(t, options.Mail.Folder); !strings.Contains(text, "We have sent $1.00 back to you") {
		t.Errorf("%s", text)
	}
}
