package stripeapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"billfold/backend/billing"
	"billfold/backend/stripeapi"
)

// unameRan is written by the uname that stands first in the tests' PATH.
var unameRan string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "uname")
	if err != nil {
		panic(err)
	}
	unameRan = filepath.Join(dir, "ran")
	script := "#!/bin/sh\necho ran > '" + unameRan + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "uname"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
		panic(err)
	}
	if err := os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m,
		goleak.Cleanup(func(code int) {
			_ = os.RemoveAll(dir) // a temporary folder; the system sweeps what is left
			os.Exit(code)
		}),
		// Idle connections end by themselves.
		goleak.IgnoreTopFunction("internal/poll.runtime_pollWait"),
		goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"),
		goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"))
}

var frozen = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestRetryAfterIsHonoured(t *testing.T) {
	for name, one := range map[string]struct {
		header string
		want   time.Duration
	}{
		"seconds":            {"7", 7 * time.Second},
		"date":               {frozen.Add(30 * time.Second).Format(http.TimeFormat), 30 * time.Second},
		"date in the past":   {frozen.Add(-time.Hour).Format(http.TimeFormat), 0},
		"more than a minute": {"3600", time.Minute},
		"distant date":       {frozen.Add(time.Hour).Format(http.TimeFormat), time.Minute},
		"nonsense":           {"soon", 500 * time.Millisecond},
		"negative":           {"-5", 500 * time.Millisecond},
		"none":               {"", 500 * time.Millisecond},
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(fmt.Sprintf("%s with %d waits %v", name, status, one.want), func(t *testing.T) {
				var requests atomic.Int64
				server := MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
					if requests.Add(1) == 1 {
						w.Header().Set("Retry-After", one.header)
						reply(w, status, refusal("api_error", "rate_limit"))
						return
					}
					reply(w, http.StatusOK, page(false))
				})
				waited := new(pauses)
				client := MustClient(t, server.URL, func(c *stripeapi.Config) {
					c.Wait, c.Now = waited.Wait, func() time.Time { return frozen }
				})
				if _, err := client.TaxIDs(t.Context()); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(waited.all, []time.Duration{one.want}) {
					t.Errorf("waited %v", waited.all)
				}
			})
		}
	}
}

func TestARefusalTellsWhenToComeAgain(t *testing.T) {
	for name, serve := range map[string]func(http.ResponseWriter){
		"with Stripe's error": func(w http.ResponseWriter) {
			reply(w, http.StatusTooManyRequests, refusal("api_error", "rate_limit"))
		},
		"without": func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
	} {
		t.Run(name, func(t *testing.T) {
			server := MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "1800")
				serve(w)
			})
			client := MustClient(t, server.URL, func(c *stripeapi.Config) { c.Wait = new(pauses).Wait })
			_, err := client.TaxIDs(t.Context())
			wantCode(t, err, billing.CodeRateLimited)
			if after := stripeapi.RetryAfter(err); after != 30*time.Minute {
				t.Errorf("RetryAfter = %v", after)
			}
		})
	}
	t.Run("unless it was not asked", func(t *testing.T) {
		client := MustClient(t, MustServe(t, always(http.StatusForbidden, refusal("api_error", ""))).URL, nil)
		_, err := client.TaxIDs(t.Context())
		if after := stripeapi.RetryAfter(err); err == nil || after != 0 {
			t.Errorf("RetryAfter = %v, %v", after, err)
		}
	})
}

func TestRetriesAreBounded(t *testing.T) {
	for status, want := range map[int]int64{
		400: 1, 401: 1, 402: 1, 403: 1, 404: 1, 409: 3, 429: 3, 500: 3, 502: 3, 503: 3, 504: 3, 501: 1,
	} {
		t.Run(fmt.Sprint(status, " is tried ", want, " times"), func(t *testing.T) {
			waited := new(pauses)
			client := MustClient(t, MustServe(t, always(status, refusal("api_error", ""))).URL,
				func(c *stripeapi.Config) { c.Wait = waited.Wait })
			if _, err := client.TaxIDs(t.Context()); err == nil {
				t.Fatal("no error")
			}
			if got := client.Traffic().Requests; got != want || int64(len(waited.all)) != want-1 {
				t.Errorf("%d requests, waited %v", got, waited.all)
			}
		})
	}
}

func TestWritesAreRepeatedOnlyWithTheirKey(t *testing.T) {
	for key, want := range map[string]int{"": 1, "key-1": 3} {
		t.Run(fmt.Sprintf("key %q is sent %d times", key, want), func(t *testing.T) {
			var seen []string
			server := MustServe(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				seen = append(seen, r.Header.Get("Idempotency-Key")+" "+string(body))
				reply(w, http.StatusServiceUnavailable, refusal("api_error", ""))
			})
			if err := stripeapi.Write(t.Context(), MustClient(t, server.URL, nil), "/v1/customers/"+ours, key); err != nil {
				t.Fatal(err)
			}
			if want := slices.Repeat([]string{key + " name=A"}, want); !slices.Equal(seen, want) {
				t.Errorf("sent %q, want %q", seen, want)
			}
		})
	}
}

func TestCancelDuringBackOffReturnsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		reply(w, http.StatusServiceUnavailable, refusal("api_error", ""))
	})
	var readings atomic.Int64
	client := MustClient(t, server.URL, func(c *stripeapi.Config) {
		c.Wait = nil // the real timer: a wait that ignores the context takes a minute
		c.Now = func() time.Time {
			// Before the request, after it, and on the way into the wait.
			if readings.Add(1) == 3 {
				cancel()
			}
			return frozen
		}
	})
	began := time.Now()
	_, err := client.TaxIDs(ctx)
	wantCode(t, err, billing.CodeCanceled)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not say context.Canceled", err)
	}
	if readings.Load() != 3 || client.Traffic().Requests != 1 {
		t.Errorf("%d requests, the clock was read %d times", client.Traffic().Requests, readings.Load())
	}
	if time.Since(began) > 30*time.Second {
		t.Errorf("it took %v", time.Since(began))
	}
}

func TestWaitThatFailsEndsTheRequest(t *testing.T) {
	broken := errors.New("the clock broke")
	client := MustClient(t, MustServe(t, always(http.StatusServiceUnavailable, refusal("api_error", ""))).URL,
		func(c *stripeapi.Config) { c.Wait = func(context.Context, time.Duration) error { return broken } })
	if _, err := client.TaxIDs(t.Context()); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if client.Traffic().Requests != 1 {
		t.Errorf("%d requests", client.Traffic().Requests)
	}
}

func TestCancelDuringARequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := MustServe(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := MustClient(t, server.URL, nil).TaxIDs(ctx)
	wantCode(t, err, billing.CodeCanceled)
}

func TestSilentServerIsGivenUp(t *testing.T) {
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	half := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"object":"list",`)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	for name, one := range map[string]struct {
		handle http.HandlerFunc
		code   billing.Code
	}{
		"before the answer is offline":     {silent, billing.CodeOffline},
		"within the answer is unavailable": {half, billing.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			client := MustClient(t, MustServe(t, one.handle).URL, func(c *stripeapi.Config) { c.Patience = 20 * time.Millisecond })
			_, err := client.TaxIDs(t.Context())
			wantCode(t, err, one.code)
			if client.Traffic().Requests != 3 || !strings.Contains(err.Error(), "silent") {
				t.Errorf("%d requests, %v", client.Traffic().Requests, err)
			}
		})
	}
}

func TestDrippingAnswerIsGivenUp(t *testing.T) {
	server := MustServe(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for r.Context().Err() == nil {
			fmt.Fprint(w, " ")
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	client := MustClient(t, server.URL, func(c *stripeapi.Config) { c.Patience = 30 * time.Millisecond })
	_, err := client.TaxIDs(t.Context())
	wantCode(t, err, billing.CodeUnavailable)
}

func TestCancelWhileWaitingForAPlace(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	var there sync.WaitGroup
	there.Add(stripeapi.MaxConcurrent)
	client := MustClient(t, MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		there.Done()
		<-release
		reply(w, http.StatusOK, page(false))
	}).URL, nil)
	done := make(chan error)
	for range stripeapi.MaxConcurrent {
		go func() { _, err := client.TaxIDs(t.Context()); done <- err }()
	}
	there.Wait()
	go cancel()
	_, err := client.TaxIDs(ctx)
	wantCode(t, err, billing.CodeCanceled)
	close(release)
	for range stripeapi.MaxConcurrent {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// A slow answer that keeps coming is not silent.
func TestSlowAnswerIsReadToItsEnd(t *testing.T) {
	server := MustServe(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for _, letter := range `{"object":"list","has_more":false,"data":[]}` {
			fmt.Fprint(w, string(letter))
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	client := MustClient(t, server.URL, func(c *stripeapi.Config) { c.Patience = 150 * time.Millisecond })
	if _, err := client.TaxIDs(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// MustBreak serves raw connections: each gets the bytes and is then cut.
func MustBreak(tb testing.TB, bytes string, reset bool) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 4096))
			_, _ = io.WriteString(connection, bytes)
			if reset {
				_ = connection.(*net.TCPConn).SetLinger(0)
			}
			_ = connection.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestBrokenConnections(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, one := range map[string]struct {
		bytes string
		reset bool
		code  billing.Code
	}{
		"closed before the answer": {"", false, billing.CodeOffline},
		"reset before the answer":  {"", true, billing.CodeOffline},
		"cut in the middle":        {head + "Content-Length: 100\r\n\r\n{\"object\":\"list\"", false, billing.CodeUnavailable},
		"reset in the middle":      {head + "Content-Length: 100\r\n\r\n{\"object\":\"list\"", true, billing.CodeUnavailable},
		"cut in a chunk":           {head + "Transfer-Encoding: chunked\r\n\r\n50\r\n{\"object\":", false, billing.CodeUnavailable},
		"not HTTP":                 {"SSH-2.0-OpenSSH_9.6\r\n", false, billing.CodeOffline},
	} {
		t.Run(name+" is "+string(one.code), func(t *testing.T) {
			client := MustClient(t, MustBreak(t, one.bytes, one.reset), nil)
			_, err := client.TaxIDs(t.Context())
			// A reset may overtake the bytes sent before it.
			if one.reset && billing.CodeOf(err) == billing.CodeOffline {
				return
			}
			wantCode(t, err, one.code)
			if client.Traffic().Requests != 3 {
				t.Errorf("%d requests", client.Traffic().Requests)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	server := MustServe(t, always(http.StatusOK, page(false)))
	server.Close()
	for name, url := range map[string]string{"nobody listens": server.URL, "no such host": "https://billfold.invalid"} {
		t.Run(name+" is offline at once", func(t *testing.T) {
			waited := new(pauses)
			client := MustClient(t, url, func(c *stripeapi.Config) { c.Wait = waited.Wait })
			_, err := client.TaxIDs(t.Context())
			wantCode(t, err, billing.CodeOffline)
			if len(waited.all) != 0 {
				t.Errorf("waited %v", waited.all)
			}
		})
	}
}

// stripe-go runs uname once in a process, to tell the server the name of the
// computer.
func TestNoProgramIsRun(t *testing.T) {
	if _, err := readTaxIDs(t, always(http.StatusOK, page(false))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(unameRan); err == nil {
		t.Error("uname was run")
	}
}

// held answers nothing until it is let go.
type held struct {
	inside  atomic.Int64
	release chan struct{}
}

func (h *held) RoundTrip(*http.Request) (*http.Response, error) {
	h.inside.Add(1)
	<-h.release
	return nil, errors.New("let go")
}

func TestNoMoreThanEightAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		carrier := &held{release: make(chan struct{})}
		client := MustClient(t, "https://billfold.invalid", func(c *stripeapi.Config) { c.Transport = carrier })
		var callers sync.WaitGroup
		for range 3 * stripeapi.MaxConcurrent {
			callers.Go(func() { _, _ = client.TaxIDs(t.Context()) })
		}
		synctest.Wait()
		if inside := carrier.inside.Load(); inside != stripeapi.MaxConcurrent {
			t.Errorf("%d at once", inside)
		}
		close(carrier.release)
		callers.Wait()
	})
}
