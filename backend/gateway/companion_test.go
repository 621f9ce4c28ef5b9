package gateway_test

import (
	"context"
	"encoding/json"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// TestWhatTheCompanionAsksPasses: every read of the app's own client, in every
// scenario, is answered through the gateway as by the sandbox itself.
func TestWhatTheCompanionAsksPasses(t *testing.T) {
	for _, scenario := range []string{"active", "new", "hostile"} {
		t.Run(scenario, func(t *testing.T) {
			s := MustStage(t, scenario, nil)
			through := s.client(s.url, s.token)
			direct := s.client(s.sandbox.URL(), s.sandbox.Key())
			for name, read := range readsOf(s.mine) {
				got, err := read(t.Context(), through)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				want, err := read(t.Context(), direct)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := text(t, got), text(t, want); got != want {
					t.Errorf("%s:\nthrough %s\ndirect  %s", name, got, want)
				}
			}
		})
	}
}

func (s *stage) client(url, token string) *stripeapi.Client {
	s.Helper()
	client, err := stripeapi.New(stripeapi.Config{
		URL: url, Customer: s.mine.customer, Token: func(context.Context) (string, error) { return token, nil },
	})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(client.Close)
	return client
}

type readFunc func(context.Context, *stripeapi.Client) (any, error)

func readsOf(g graph) map[string]readFunc {
	reads := map[string]readFunc{
		"customer":        func(ctx context.Context, c *stripeapi.Client) (any, error) { return c.Customer(ctx) },
		"tax ids":         func(ctx context.Context, c *stripeapi.Client) (any, error) { return c.TaxIDs(ctx) },
		"payment methods": func(ctx context.Context, c *stripeapi.Client) (any, error) { return c.PaymentMethods(ctx) },
		"subscriptions":   func(ctx context.Context, c *stripeapi.Client) (any, error) { return c.Subscriptions(ctx) },
		"payments":        func(ctx context.Context, c *stripeapi.Client) (any, error) { return c.Payments(ctx, 0) },
		"credit notes":    func(ctx context.Context, c *stripeapi.Client) (any, error) { return c.CreditNotes(ctx, 0) },
		"invoices": func(ctx context.Context, c *stripeapi.Client) (any, error) {
			all := []billing.Invoice{}
			err := c.Invoices(ctx, 0, func(page []billing.Invoice) error { all = append(all, page...); return nil })
			return all, err
		},
	}
	for _, id := range append(g.ids["subscription"], "") {
		reads["upcoming of "+id] = func(ctx context.Context, c *stripeapi.Client) (any, error) {
			upcoming, of, err := c.Upcoming(ctx, id)
			return []any{upcoming, of}, err
		}
	}
	for _, id := range g.ids["invoice"] {
		reads["invoice "+id] = func(ctx context.Context, c *stripeapi.Client) (any, error) { return c.Invoice(ctx, id) }
	}
	return reads
}

func text(t *testing.T, value any) string {
	t.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
