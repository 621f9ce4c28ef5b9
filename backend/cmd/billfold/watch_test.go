package main_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

type notification struct {
	Schema, Kind, Key, Title, Body, Link string
	Amount                               struct {
		Amount   int64
		Currency string
	}
}

func TestWatchTellsEachThingOnce(t *testing.T) {
	d := newDesk(t)
	first := d.run("watch", "--once", "--json", "--sandbox", "past-due")
	var told notification
	if err := json.Unmarshal([]byte(first.stdout), &told); err != nil || first.code != 0 {
		t.Fatalf("%v: %+v", err, first)
	}
	if told.Schema != "billfold.notification/1" || told.Kind != "payment_failed" || told.Amount.Amount <= 0 ||
		!strings.HasSuffix(told.Title, " did not go through") || told.Link != "billfold://standing" {
		t.Errorf("told %+v", told)
	}
	if again := d.run("watch", "--once", "--sandbox", "past-due"); again.code != 0 || again.stdout != "" {
		t.Errorf("told again: %+v", again)
	}
}

func TestWatchEndsWhenItIsStopped(t *testing.T) {
	d := newDesk(t)
	watch := exec.Command(binary, "watch", "--sandbox", "past-due")
	watch.Env = d.env
	out, err := watch.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.Contains(lines.Text(), "did not go through") {
		t.Errorf("it says %q", lines.Text())
	}
	if err := watch.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		// to its end, so that it is not held up
	}
	if err := watch.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestTheLanguageIsTheSystemsOrTheOneAskedFor(t *testing.T) {
	d := newDesk(t)
	german := "Eine Zahlung über 21,78 USD für Pro ist nicht durchgegangen"
	d.env = append(d.env, "LC_ALL=de_AT.UTF-8")
	if got := d.run("status", "--sandbox=past-due"); got.code != 4 || !strings.Contains(got.stdout, german) || !strings.Contains(got.stdout, "Überfällig") {
		t.Errorf("exit %d: %s", got.code, got.stdout)
	}
	if got := d.run("status", "--sandbox=past-due", "--language=en"); !strings.Contains(got.stdout, "A payment of 21.78 USD for Pro did not go through") {
		t.Errorf("exit %d: %s", got.code, got.stdout)
	}
	told := mustJSON[notification](d, "watch", "--once", "--json", "--sandbox=past-due")
	if told.Title != "Eine Zahlung über 21,78 USD ist nicht durchgegangen" {
		t.Errorf("told %q", told.Title)
	}
	if got := d.run("status", "--language=xx"); got.code != 2 || !strings.Contains(got.stderr, "system") {
		t.Errorf("%+v", got)
	}
}

func TestSupportWritesTheCaseDown(t *testing.T) {
	d := newDesk(t)
	text := d.run("support", "--sandbox", "past-due")
	for _, part := range []string{"# Billing support summary", "insufficient funds", "| Number |", "access lost"} {
		if text.code != 0 || !strings.Contains(text.stdout, part) {
			t.Errorf("%q is missing in %+v", part, text)
		}
	}
	written := mustJSON[struct {
		Schema, Text string
		Attempts     []struct{ Group string }
	}](d, "support", "--json", "--sandbox", "past-due")
	if written.Schema != "billfold.support/1" || written.Text == "" || len(written.Attempts) == 0 || written.Attempts[0].Group == "" {
		t.Errorf("case %+v", written)
	}
}
