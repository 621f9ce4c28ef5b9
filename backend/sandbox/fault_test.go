package sandbox_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"billfold/backend/sandbox"
)

// seen is what a client has of an answer, and how the reading of it ended.
type seen struct {
	*http.Response
	body []byte
	err  error
}

// ask reads an answer, of an endless one only the first million bytes.
func (c client) ask(path, fault string) seen {
	c.Helper()
	r := c.request(http.MethodGet, path, "")
	if fault != "" {
		r.Header.Set("X-Sandbox-Fault", fault)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1_000_000))
	return seen{response, body, err}
}

func TestEachFaultOnTheWire(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	whole := c.ask("/v1/invoices?limit=2", "")
	for name, test := range map[string]struct {
		fault string
		good  func(seen) bool
	}{
		"too fast": {"429", func(s seen) bool {
			return s.StatusCode == 429 && s.Header.Get("Retry-After") == "" && strings.Contains(string(s.body), `"rate_limit"`)
		}},
		"too fast, with a time": {"429,retry-after=2", func(s seen) bool { return s.StatusCode == 429 && s.Header.Get("Retry-After") == "2" }},
		"a proxy's page": {"500", func(s seen) bool {
			return s.StatusCode == 500 && s.Header.Get("Content-Type") == "text/html" && s.body[0] == '<'
		}},
		"cut":                  {"cut=100", func(s seen) bool { return len(s.body) == 100 && errors.Is(s.err, io.ErrUnexpectedEOF) }},
		"cut before it begins": {"cut=0", func(s seen) bool { return len(s.body) == 0 && errors.Is(s.err, io.ErrUnexpectedEOF) }},
		"cut after its end":    {"cut=99999999", func(s seen) bool { return string(s.body) == string(whole.body) && s.err == nil }},
		"wrong content type":   {"type=text/plain", func(s seen) bool { return s.Header.Get("Content-Type") == "text/plain" && s.err == nil }},
		"endless":              {"endless", func(s seen) bool { return len(s.body) == 1_000_000 && s.err == nil && s.body[0] == '{' }},
		"late":                 {"latency=1ms", func(s seen) bool { return s.StatusCode == 200 && string(s.body) == string(whole.body) }},
		"the clock is off":     {"skew=-1h", func(s seen) bool { return offBy(s, -time.Hour) }},
		"several at once":      {"skew=48h, type=a/b, cut=9", func(s seen) bool { return offBy(s, 48*time.Hour) && len(s.body) == 9 }},
		"an unknown one is said": {"fire", func(s seen) bool {
			return s.StatusCode == 400 && strings.Contains(string(s.body), "no fault \\\"fire\\\"")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.ask("/v1/invoices?limit=2", test.fault); !test.good(got) {
				t.Errorf("%d %v %d bytes, %v: %.300s", got.StatusCode, got.Header, len(got.body), got.err, got.body)
			}
		})
	}
}

// offBy compares with the machine's clock, to within a minute.
func offBy(s seen, by time.Duration) bool {
	date, err := http.ParseTime(s.Header.Get("Date"))
	return err == nil && time.Until(date.Add(-by)).Abs() < time.Minute
}

// TestLatencyIsWaitedFor: with an hour of it, only the client's giving up ends
// the request.
func TestLatencyIsWaitedFor(t *testing.T) {
	c := startFor(t, sandbox.Options{Faults: []sandbox.Fault{{On: "/v1/invoices", Do: "latency=10m"}}})
	impatient := http.Client{Timeout: 50 * time.Millisecond}
	if response, err := impatient.Do(c.request(http.MethodGet, "/v1/invoices", "")); err == nil {
		response.Body.Close()
		t.Error("the answer came at once")
	}
	if c.get("/v1/charges").status != 200 {
		t.Error("another endpoint is late, too")
	}
}

func TestFaultsAreSetAndTakenAway(t *testing.T) {
	c := startFor(t, sandbox.Options{Faults: []sandbox.Fault{{On: "GET /v1/invoices/*", Do: "500", Times: 2}}})
	invoice := c.all("/v1/invoices?", "100")[0]
	var statuses []int
	for range 4 {
		statuses = append(statuses, c.ask("/v1/invoices/"+invoice, "").StatusCode)
	}
	if !slices.Equal(statuses, []int{500, 500, 200, 200}) {
		t.Errorf("%v", statuses)
	}
	set := c.made("/_sandbox/faults", "do", "429", "on", "/v1/*")
	if faults := set["faults"].([]any); len(faults) != 1 || faults[0].(map[string]any)["on"] != "/v1/*" {
		t.Errorf("%v", set)
	}
	if got := []int{c.get("/v1/charges").status, c.get("/v1/customers/" + c.Customer()).status}; !slices.Equal(got, []int{429, 429}) {
		t.Errorf("%v", got)
	}
	c.send(c.request(http.MethodDelete, "/_sandbox/faults", ""))
	if got := c.get("/v1/charges").status; got != 200 {
		t.Errorf("after they were taken away: %d", got)
	}
	if r := c.post("/_sandbox/faults", "do", "cut=-1").refusal(t); r.Status != 400 || !strings.Contains(r.Message, "cut=-1") {
		t.Errorf("%+v", r)
	}
	r := c.request(http.MethodGet, "/_sandbox/faults", "")
	r.Header.Del("Authorization")
	if got := c.send(r).status; got != 401 {
		t.Errorf("without the key: %d", got)
	}
}

func TestAFaultThatMakesNoSenseStopsTheStart(t *testing.T) {
	for _, fault := range []sandbox.Fault{
		{Do: ""}, {Do: "latency=-1s"}, {Do: "latency=soon"}, {Do: "retry-after=2"}, {Do: "500,retry-after=2"}, {Do: "endless,cut=1"},
		{Do: "429", On: "invoices"}, {Do: "429", Times: -1}, {Do: "type="}, {Do: "type=a\r\nSet-Cookie: b"}, {Do: "latency=11m"},
	} {
		if s, err := sandbox.Start(t.Context(), sandbox.Options{Faults: []sandbox.Fault{fault}}); err == nil {
			_ = s.Close()
			t.Errorf("%+v was accepted", fault)
		}
	}
}

// TestStripeGoMeetsEachFault: what a real client makes of them.
func TestStripeGoMeetsEachFault(t *testing.T) {
	c := startFor(t, sandbox.Options{Now: newHandClock().now})
	api := MustStripe(c)
	for fault, good := range map[string]func(*stripe.Customer, error) bool{
		"429,retry-after=1": func(_ *stripe.Customer, err error) bool {
			var e *stripe.Error
			return errors.As(err, &e) && e.HTTPStatusCode == 429 && e.Code == stripe.ErrorCodeRateLimit
		},
		"500":            func(_ *stripe.Customer, err error) bool { return err != nil },
		"cut=50":         func(_ *stripe.Customer, err error) bool { return err != nil },
		"type=text/html": func(o *stripe.Customer, err error) bool { return err == nil && o.ID == c.Customer() },
		"skew=-24h":      func(o *stripe.Customer, err error) bool { return err == nil && o.ID == c.Customer() },
		"latency=1ms":    func(o *stripe.Customer, err error) bool { return err == nil && o.ID == c.Customer() },
	} {
		c.made("/_sandbox/faults", "do", fault, "on", "GET /v1/customers/*", "times", "1")
		if o, err := api.Customers.Get(c.Customer(), nil); !good(o, err) {
			t.Errorf("%s: %v", fault, err)
		}
	}
}
