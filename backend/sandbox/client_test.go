package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"billfold/backend/sandbox"
)

// seededAt is when the sandboxes of these tests begin: 2026-01-31, a day that
// many months do not have.
const seededAt = 1769860800

// handClock is a clock that moves when told to.
type handClock struct{ seconds atomic.Int64 }

func newHandClock() *handClock {
	c := &handClock{}
	c.seconds.Store(seededAt)
	return c
}

func (c *handClock) now() time.Time          { return time.Unix(c.seconds.Load(), 0) }
func (c *handClock) advance(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }

// tester is what MustStart and its like need of a test or a property.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// client speaks to a sandbox as curl would.
type client struct {
	tester
	*sandbox.Sandbox
}

// MustStart starts a sandbox; who calls it closes it.
func MustStart(t tester, options sandbox.Options) client {
	t.Helper()
	s, err := sandbox.Start(tContext(t), options)
	if err != nil {
		t.Fatal(err)
	}
	return client{t, s}
}

// startFor starts a sandbox that ends with the test.
func startFor(t *testing.T, options sandbox.Options) client {
	t.Helper()
	c := MustStart(t, options)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// object is the body as JSON.
func (a answer) object(t tester) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal(a.body, &o); err != nil {
		t.Fatalf("not JSON: %v: %.200s", err, a.body)
	}
	return o
}

func (c client) request(method, path, form string) *http.Request {
	c.Helper()
	var body io.Reader
	if method != http.MethodGet {
		body = strings.NewReader(form)
	}
	r, err := http.NewRequest(method, c.URL()+path, body)
	if err != nil {
		c.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.Key())
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (c client) send(r *http.Request) answer {
	c.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, body}
}

func (c client) get(path string) answer { return c.send(c.request(http.MethodGet, path, "")) }

func (c client) post(path string, pairs ...string) answer {
	return c.send(c.request(http.MethodPost, path, formOf(pairs)))
}

func formOf(pairs []string) string {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form.Encode()
}

// made posts and gives the object, which must have been made.
func (c client) made(path string, pairs ...string) map[string]any {
	c.Helper()
	a := c.post(path, pairs...)
	if a.status != http.StatusOK {
		c.Fatalf("POST %s %v: %d %s", path, pairs, a.status, a.body)
	}
	return a.object(c)
}

// page reads one page of a list.
func (c client) page(path string) (data []map[string]any, more bool) {
	c.Helper()
	a := c.get(path)
	if a.status != http.StatusOK {
		c.Fatalf("GET %s: %d %s", path, a.status, a.body)
	}
	var l struct {
		Data    []map[string]any `json:"data"`
		HasMore bool             `json:"has_more"`
	}
	if err := json.Unmarshal(a.body, &l); err != nil {
		c.Fatal(err)
	}
	return l.Data, l.HasMore
}

// all reads every page, and gives the ids in order.
func (c client) all(path string, limit string) (ids []string) {
	c.Helper()
	after := ""
	for {
		data, more := c.page(path + "&limit=" + limit + after)
		for _, o := range data {
			ids = append(ids, o["id"].(string))
		}
		if !more {
			return ids
		}
		after = "&starting_after=" + ids[len(ids)-1]
	}
}

// refused is what an error answer says.
type refused struct {
	Status  int
	Type    string `json:"type"`
	Code    string `json:"code"`
	Param   string `json:"param"`
	Message string `json:"message"`
}

func (a answer) refusal(t tester) refused {
	t.Helper()
	var envelope struct {
		Error *refused `json:"error"`
	}
	if err := json.Unmarshal(a.body, &envelope); err != nil || envelope.Error == nil {
		t.Fatalf("no error envelope: %d %s", a.status, a.body)
	}
	envelope.Error.Status = a.status
	return *envelope.Error
}
