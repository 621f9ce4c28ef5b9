package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/sqlite"
)

// Some faults need a process of their own: the test program starts itself again
// in one of these roles.
const (
	roleVariable = "BILLFOLD_TEST_ROLE"
	pathVariable = "BILLFOLD_TEST_PATH"
)

var roles = map[string]func(ctx context.Context, path string) error{
	"open":        openOnce,
	"write":       writeForEver,
	"small-files": writeWithSmallFiles,
	"read":        readInvoiceOne,
}

func TestMain(m *testing.M) {
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := role(context.Background(), os.Getenv(pathVariable)); err != nil {
		fmt.Print(billing.CodeOf(err))
		os.Exit(1)
	}
	fmt.Print("ok")
}

// inRole prepares this program to run again in a role.
func inRole(tb testing.TB, role, path string) *exec.Cmd {
	tb.Helper()
	program, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	command := exec.CommandContext(tb.Context(), program)
	command.Env = append(os.Environ(), roleVariable+"="+role, pathVariable+"="+path)
	return command
}

func openOnce(ctx context.Context, path string) error {
	cache, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	if _, err := cache.Account(ctx); err != nil {
		return err
	}
	return cache.Close()
}

func readInvoiceOne(ctx context.Context, path string) error {
	cache, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	if _, err := cache.Invoice(ctx, "in_1"); err != nil {
		return err
	}
	if err := cache.Write(ctx, generation(2, 1)); billing.CodeOf(err) != billing.CodeUnreadable {
		return fmt.Errorf("a file that cannot be written was written: %w", err)
	}
	return cache.Close()
}

// writeForEver writes one pull after another, each of another generation, until
// it is killed.
func writeForEver(ctx context.Context, path string) error {
	cache, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	marks, err := cache.Marks(ctx)
	if err != nil {
		return err
	}
	for number := int(marks.SyncedAt) + 1; ; number++ {
		if err := cache.Write(ctx, generation(number, killInvoices)); err != nil {
			return err
		}
	}
}

// writeWithSmallFiles writes more than the kernel lets this process put in a file.
func writeWithSmallFiles(ctx context.Context, path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	cache, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	limit := syscall.Rlimit{Cur: 256 << 10, Max: 256 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	return cache.Write(ctx, generation(2, 2000))
}

// generation is a whole pull in which every row names the number.
func generation(number, invoices int) sqlite.Pulled {
	name := "generation " + strconv.Itoa(number)
	pulled := sqlite.Pulled{
		At: billing.Time(number), Full: true,
		Customer:       billing.Customer{ID: "cus_1", Name: name},
		Subscriptions:  []billing.Subscription{{ID: "sub_1", Status: billing.SubscriptionActive, CancellationReason: name}},
		PaymentMethods: []billing.PaymentMethod{{ID: "pm_1", Type: "card", Bank: name}},
		TaxIDs:         []billing.TaxID{{ID: "txi_1", Value: name}},
	}
	for i := range invoices {
		id := strconv.Itoa(i + 1)
		created := billing.Time(1_700_000_000 + i)
		pulled.Invoices = append(pulled.Invoices, billing.Invoice{
			ID: "in_" + id, Number: "N-" + id, Status: billing.InvoicePaid, Currency: "usd", Description: name,
			CreatedAt: created, FinalizedAt: created,
			Lines: []billing.InvoiceLine{{ID: "il_" + id, Description: name, Quantity: 1}},
		})
		pulled.Payments = append(pulled.Payments, billing.Payment{
			ID: "ch_" + id, InvoiceID: "in_" + id, Descriptor: name, Status: "succeeded", CreatedAt: created,
			Amount: billing.Money{Amount: 100, Currency: "usd"}, Refunded: billing.Money{Currency: "usd"},
		})
		pulled.CreditNotes = append(pulled.CreditNotes, billing.CreditNote{ID: "cn_" + id, InvoiceID: "in_" + id, Memo: name, CreatedAt: created})
	}
	return pulled
}

func MustOpen(tb testing.TB, path string) *sqlite.Cache {
	tb.Helper()
	cache, err := sqlite.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = cache.Close() })
	return cache
}

func MustWrite(tb testing.TB, cache *sqlite.Cache, pulled sqlite.Pulled) {
	tb.Helper()
	if err := cache.Write(tb.Context(), pulled); err != nil {
		tb.Fatal(err)
	}
}
