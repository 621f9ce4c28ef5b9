package stripeapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-mock/embedded"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

const (
	ours   = "cus_ours"
	theirs = "cus_theirs"
	token  = "sk_test_4Billfold"
)

// object is one Stripe object as JSON has it.
type object = map[string]any

// MustFixture gives a copy of an object of the official fixtures, owned by ours.
func MustFixture(tb testing.TB, kind string) object {
	tb.Helper()
	var fixtures struct {
		Resources map[string]json.RawMessage `json:"resources"`
	}
	if err := json.Unmarshal(embedded.OpenAPIFixtures, &fixtures); err != nil {
		tb.Fatal(err)
	}
	var found object
	if err := json.Unmarshal(fixtures.Resources[kind], &found); err != nil {
		tb.Fatalf("fixture %s: %v", kind, err)
	}
	switch kind {
	case "customer", "deleted_customer":
		found["id"] = ours
	case "refund", "line_item", "subscription_item":
	default:
		found["customer"] = ours
	}
	return found
}

// with gives a copy with some fields changed.
func with(o object, changes object) object {
	changed := object{}
	for key, value := range o {
		changed[key] = value
	}
	for key, value := range changes {
		changed[key] = value
	}
	return changed
}

// page is a page of a list.
func page(more bool, objects ...object) object {
	if objects == nil {
		objects = []object{}
	}
	return object{"object": "list", "url": "/v1/some", "has_more": more, "data": objects}
}

// taxIDs is the smallest thing to list.
func taxID(tb testing.TB, id string) object {
	tb.Helper()
	return with(MustFixture(tb, "tax_id"), object{"id": id})
}

// reply answers as Stripe does.
func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Stripe-Version", "2023-10-16")
	w.WriteHeader(status)
	switch body := body.(type) {
	case string:
		fmt.Fprint(w, body)
	default:
		if err := json.NewEncoder(w).Encode(body); err != nil {
			panic(err)
		}
	}
}

// refusal is an error in Stripe's envelope.
func refusal(kind, code string) object {
	return object{"error": object{"type": kind, "code": code, "message": "No, sk_test_secret, see https://example.com/secret"}}
}

// MustServe starts a server that answers every request with handle.
func MustServe(tb testing.TB, handle http.HandlerFunc) *httptest.Server {
	tb.Helper()
	server := httptest.NewServer(handle)
	tb.Cleanup(server.Close)
	return server
}

// pauses notes what the client wanted to wait, and does not wait.
type pauses struct {
	mu  sync.Mutex
	all []time.Duration
}

func (p *pauses) Wait(ctx context.Context, d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, d)
	return ctx.Err()
}

// MustClient makes a client of the server; change may be nil.
func MustClient(tb testing.TB, url string, change func(*stripeapi.Config)) *stripeapi.Client {
	tb.Helper()
	config := stripeapi.Config{
		URL: url, Customer: ours, Wait: new(pauses).Wait,
		Token: func(context.Context) (string, error) { return token, nil },
	}
	if change != nil {
		change(&config)
	}
	client, err := stripeapi.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// wantCode fails unless err is an understood one with that code.
func wantCode(tb testing.TB, err error, code billing.Code) {
	tb.Helper()
	var known *billing.Error
	if !errors.As(err, &known) || known.Code != code {
		tb.Fatalf("error is %v (code %q), want code %q", err, billing.CodeOf(err), code)
	}
}
