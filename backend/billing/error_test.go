package billing_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"strconv"
	"strings"
	"testing"

	"billfold/backend/billing"
)

func TestCodeAndMessageReachThroughWrapping(t *testing.T) {
	offline := billing.NewError(billing.CodeOffline, "The server cannot be reached.", io.ErrUnexpectedEOF)
	full := billing.NewError(billing.CodeDiskFull, "No space is left.", offline)
	for name, c := range map[string]struct {
		err     error
		code    billing.Code
		message string
	}{
		"no error has no code":           {nil, "", ""},
		"the error itself":               {offline, billing.CodeOffline, "The server cannot be reached."},
		"wrapped twice":                  {fmt.Errorf("pull: %w", fmt.Errorf("list: %w", offline)), billing.CodeOffline, "The server cannot be reached."},
		"joined with another":            {errors.Join(io.EOF, offline), billing.CodeOffline, "The server cannot be reached."},
		"the nearest of two wins":        {fmt.Errorf("save: %w", full), billing.CodeDiskFull, "No space is left."},
		"a canceled context is no fault": {fmt.Errorf("pull: %w", context.Canceled), billing.CodeCanceled, "It was stopped before it was done."},
		"unless somebody knows better":   {billing.NewError(billing.CodeOffline, "The server is gone.", context.Canceled), billing.CodeOffline, "The server is gone."},
		"too late is not canceled":       {context.DeadlineExceeded, billing.CodeInternal, "Something went wrong inside Billfold."},
		"an unknown error is a fault":    {io.EOF, billing.CodeInternal, "Something went wrong inside Billfold."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := billing.CodeOf(c.err); got != c.code {
				t.Errorf("code %q, want %q", got, c.code)
			}
			if got := billing.MessageOf(c.err); got != c.message {
				t.Errorf("message %q, want %q", got, c.message)
			}
		})
	}
}

func TestErrorKeepsItsCause(t *testing.T) {
	err := billing.NewError(billing.CodeOffline, "The server cannot be reached.", io.ErrUnexpectedEOF)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("errors.Is does not find the cause")
	}
	if got, want := err.Error(), "The server cannot be reached. (unexpected EOF)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	alone := billing.NewError(billing.CodeInvalid, "That is no year.", nil)
	if got := alone.Error(); got != alone.Message {
		t.Errorf("without a cause it reads %q", got)
	}
}

// mustDeclaredConstants reads from the source which constants of a type are
// declared in a file, by name, so that a list kept by hand cannot forget one.
func mustDeclaredConstants(tb testing.TB, file, typeName string) []string {
	tb.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		tb.Fatal(err)
	}
	var values []string
	for _, declaration := range parsed.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.CONST {
			continue
		}
		for _, spec := range general.Specs {
			constant := spec.(*ast.ValueSpec)
			if named, ok := constant.Type.(*ast.Ident); !ok || named.Name != typeName {
				continue
			}
			value, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				tb.Fatal(err)
			}
			values = append(values, value)
		}
	}
	return values
}

func TestClosedSetsListAllThatIsDeclared(t *testing.T) {
	for name, c := range map[string]struct {
		file, typeName string
		listed         []string
		atLeast        int
	}{
		"codes":                 {"error.go", "Code", texts(billing.Codes()), 17},
		"invoice statuses":      {"invoice.go", "InvoiceStatus", texts(billing.InvoiceStatuses()), 5},
		"subscription statuses": {"subscription.go", "SubscriptionStatus", texts(billing.SubscriptionStatuses()), 8},
	} {
		t.Run(name, func(t *testing.T) {
			declared := mustDeclaredConstants(t, c.file, c.typeName)
			if len(declared) < c.atLeast {
				t.Fatalf("found only %v", declared)
			}
			if got, want := strings.Join(c.listed, " "), strings.Join(declared, " "); got != want {
				t.Errorf("listed   %s\ndeclared %s", got, want)
			}
			seen := map[string]bool{}
			for _, value := range declared {
				if value == "" || seen[value] {
					t.Errorf("%q is empty or there twice", value)
				}
				seen[value] = true
			}
		})
	}
}

func texts[T ~string](values []T) []string {
	result := make([]string, len(values))
	for i, value := range values {
		result[i] = string(value)
	}
	return result
}
