package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"billfold/backend/sandbox"
)

// binary is the built command: the tests run what people run.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "billfold-test-*")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "billfold")
	build := exec.Command("go", "build", "-o", binary, "-ldflags", "-X main.version=1.2.3-test", ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// desk is one person's machine: a home of its own and the environment of its
// commands.
type desk struct {
	t   *testing.T
	dir string
	env []string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	home := t.TempDir()
	return &desk{t: t, dir: filepath.Join(home, "data"), env: []string{
		"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TZ=UTC", "TMPDIR=" + os.TempDir(),
		"BILLFOLD_DATA_DIR=" + filepath.Join(home, "data"),
	}}
}

// ran is what a command left behind.
type ran struct {
	code           int
	stdout, stderr string
}

func (d *desk) run(args ...string) ran {
	d.t.Helper()
	return d.runAs(d.t.Context(), nil, args...)
}

func (d *desk) runAs(ctx context.Context, change func(*exec.Cmd), args ...string) ran {
	d.t.Helper()
	cmd := exec.CommandContext(ctx, binary, args...)
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = d.env, &stdout, &stderr
	if change != nil {
		change(cmd)
	}
	err := cmd.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		d.t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// mustJSON runs a command that has to succeed and reads what it printed.
func mustJSON[T any](d *desk, args ...string) T {
	d.t.Helper()
	got := d.run(args...)
	var value T
	if got.code != 0 {
		d.t.Fatalf("billfold %s: exit %d, %s", strings.Join(args, " "), got.code, got.stderr)
	}
	if err := json.Unmarshal([]byte(got.stdout), &value); err != nil {
		d.t.Fatalf("billfold %s printed %q: %v", strings.Join(args, " "), got.stdout, err)
	}
	return value
}

// status is what the tests look at of status --json.
type status struct {
	Schema, Connection string
	Scenario           *string
	Customer           struct{ ID, Name, Email string }
	Subscriptions      []struct {
		ID, Plan, Currency, Interval, Status string
		Price                                *int64
		CurrentPeriodEnd                     *int64 `json:"current_period_end"`
		NextBilling                          *struct {
			At       int64
			Amount   *int64
			Currency string
		} `json:"next_billing"`
	}
	NextChargeMethod *struct {
		ID, Brand, Last4 string
		ExpMonth         int64 `json:"exp_month"`
		ExpYear          int64 `json:"exp_year"`
	} `json:"next_charge_method"`
	Owed []struct {
		Currency string
		Amount   int64
	}
	AsOf    *int64 `json:"as_of"`
	Problem *struct{ Code, Message string }
}

type invoiceRow struct {
	ID, Status, Currency string
	Number               *string
	Total                int64
	AmountDue            int64  `json:"amount_due"`
	AmountPaid           int64  `json:"amount_paid"`
	AmountRemaining      int64  `json:"amount_remaining"`
	Created              int64  `json:"created"`
	PaidAt               *int64 `json:"paid_at"`
}

type invoices struct {
	Invoices []invoiceRow
	Total    int
}

// fault stands between a desk and the sandbox's answers.
type fault func(w http.ResponseWriter, r *http.Request, sandbox http.Handler)

// vendor is a sandbox whose line to the desk a test can spoil.
type vendor struct {
	*sandbox.Sandbox
	fault atomic.Pointer[fault]
}

func newVendor(t *testing.T, scenario string) *vendor {
	t.Helper()
	v := &vendor{}
	started, err := sandbox.Start(t.Context(), sandbox.Options{Scenario: scenario, Wrap: v.wrap})
	if err != nil {
		t.Fatal(err)
	}
	v.Sandbox = started
	t.Cleanup(func() { _ = started.Close() })
	return v
}

func (v *vendor) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := v.fault.Load(); fault != nil {
			(*fault)(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// spoil sends every request to the fault first.
func (v *vendor) spoil(f fault) { v.fault.Store(&f) }

// heal lets requests through again.
func (v *vendor) heal() { v.fault.Store(nil) }

// connect points the desk's commands at the vendor.
func (d *desk) connect(v *vendor) {
	d.env = append(d.env, "BILLFOLD_TOKEN="+v.Key())
}

func (v *vendor) flags(args ...string) []string {
	return append(args, "--url", v.URL(), "--customer", v.Customer())
}
