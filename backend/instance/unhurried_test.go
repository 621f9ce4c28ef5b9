//go:build !windows

package instance_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/instance"
)

// TestFirstThatHangsIsNamed stops a first start in its tracks, as a debugger or a
// swapping machine does.
func TestFirstThatHangsIsNamed(t *testing.T) {
	dir := t.TempDir()
	first := startFirst(t, dir)
	if err := first.signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	var stopped syscall.WaitStatus
	if _, err := syscall.Wait4(first.cmd.Process.Pid, &stopped, syscall.WUNTRACED, nil); err != nil || !stopped.Stopped() {
		t.Fatalf("the first start does not stop: %v, %v", stopped, err)
	}
	place, _, err := instance.Enter(t.Context(), dir, instance.Request{Open: "invoices"})
	if place != nil || billing.CodeOf(err) != billing.CodeBusy || !strings.Contains(billing.MessageOf(err), "already running") {
		t.Fatalf("Enter = %v, %v", place, err)
	}
	if instance.HearingTakes > 4*time.Second {
		t.Errorf("a person waits %v for these words", instance.HearingTakes)
	}
	if err := first.signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if _, reply, err := instance.Enter(t.Context(), dir, instance.Request{Open: "invoices"}); err != nil || reply.Program != "desktop" {
		t.Errorf("once it goes on, it answers %+v, %v", reply, err)
	}
}
