package browsermode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime/debug"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// method answers one call of the window.
type method func(ctx context.Context, c *companion.Companion, args []json.RawMessage) (any, error)

// methods is all that a page may call, and nothing else is. Those of documents are
// in a list of their own, for its length.
var methods = both(documentMethods, map[string]method{
	"Overview":    plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Overview(ctx) }),
	"SyncState":   plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.SyncState(), nil }),
	"Sync":        plain(func(_ context.Context, c *companion.Companion) (any, error) { c.Sync(); return nil, nil }),
	"CancelSync":  plain(func(_ context.Context, c *companion.Companion) (any, error) { c.CancelSync(); return nil, nil }),
	"Preferences": plain(func(ctx context.Context, c *companion.Companion) (any, error) { return c.Preferences(ctx) }),
	"Scenarios":   plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.Scenarios(), nil }),
	"About":       plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.About(), nil }),
	"Destination": plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.Destination(), nil }),
	"Invoices": with(func(ctx context.Context, c *companion.Companion, f billing.InvoiceFilter) (any, error) {
		return c.Invoices(ctx, f)
	}),
	"Payments": with(func(ctx context.Context, c *companion.Companion, f billing.PaymentFilter) (any, error) {
		return c.Payments(ctx, f)
	}),
	"Spending": with(func(ctx context.Context, c *companion.Companion, f companion.SpendingFilter) (any, error) {
		return c.Spending(ctx, f)
	}),
	"Export": with(func(ctx context.Context, c *companion.Companion, r companion.ExportRequest) (any, error) {
		return c.Export(ctx, r)
	}),
	"ShowExport": plain(func(_ context.Context, c *companion.Companion) (any, error) { return nil, c.ShowExport() }),
	"Invoice":    with(func(ctx context.Context, c *companion.Companion, id string) (any, error) { return c.Invoice(ctx, id) }),
	"OpenScenario": with(func(ctx context.Context, c *companion.Companion, name string) (any, error) {
		return nil, c.OpenScenario(ctx, name)
	}),
	"SetPreferences": with(func(ctx context.Context, c *companion.Companion, p companion.Preferences) (any, error) {
		return nil, c.SetPreferences(ctx, p)
	}),
})

func both(a, b map[string]method) map[string]method {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// Methods names all that a page may call.
func Methods() []string {
	names := make([]string, 0, len(methods))
	for name := range methods {
		names = append(names, name)
	}
	return names
}

func plain(do func(context.Context, *companion.Companion) (any, error)) method {
	return func(ctx context.Context, c *companion.Companion, args []json.RawMessage) (any, error) {
		if len(args) != 0 {
			return nil, wrongArguments(nil)
		}
		return do(ctx, c)
	}
}

func with[A any](do func(context.Context, *companion.Companion, A) (any, error)) method {
	return func(ctx context.Context, c *companion.Companion, args []json.RawMessage) (any, error) {
		var argument A
		if len(args) != 1 {
			return nil, wrongArguments(nil)
		}
		if err := json.Unmarshal(args[0], &argument); err != nil {
			return nil, wrongArguments(err)
		}
		return do(ctx, c, argument)
	}
}

func with2[A, B any](do func(context.Context, *companion.Companion, A, B) (any, error)) method {
	return func(ctx context.Context, c *companion.Companion, args []json.RawMessage) (any, error) {
		var a A
		var b B
		if len(args) != 2 {
			return nil, wrongArguments(nil)
		}
		if err := errors.Join(json.Unmarshal(args[0], &a), json.Unmarshal(args[1], &b)); err != nil {
			return nil, wrongArguments(err)
		}
		return do(ctx, c, a, b)
	}
}

func wrongArguments(cause error) error {
	return billing.NewError(billing.CodeInvalid, "The page called Billfold in a way this version does not know. Reload it.", cause)
}

func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	do, known := methods[r.PathValue("method")]
	if !known {
		writeProblem(w, http.StatusNotFound, billing.CodeInvalid, "There is nothing of that name to call.")
		return
	}
	var args []json.RawMessage
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &args)
	}
	if err != nil {
		writeProblem(w, http.StatusBadRequest, billing.CodeInvalid, "The arguments are not a JSON array of a sensible size.")
		return
	}
	result, err := s.safely(r.Context(), do, args)
	if err != nil {
		problem := companion.ProblemOf(err)
		writeJSON(w, statusOf(problem.Code), problem)
		return
	}
	writeJSON(w, http.StatusOK, result)
}

// safely turns a panic into an error: one faulty view must not look to the page
// as if Billfold had ended.
func (s *Server) safely(ctx context.Context, do method, args []json.RawMessage) (result any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			s.config.Log.Error("a call failed", "fault", fault, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	return do(ctx, s.config.Companion, args)
}

func statusOf(code billing.Code) int {
	switch code {
	case billing.CodeInvalid:
		return http.StatusBadRequest
	case billing.CodeNotFound:
		return http.StatusNotFound
	case billing.CodeInternal:
		return http.StatusInternalServerError
	default:
		return http.StatusServiceUnavailable
	}
}
