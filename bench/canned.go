package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"billfold/backend/sandbox"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// canned answers with what a sandbox once answered, so that the time of a pull
// is not that of making the answers.
type canned struct {
	url, key, customer string
	answers            map[string][]byte
	server             *httptest.Server
}

// cannedKey names a request apart from what may be written in several ways.
func cannedKey(u *url.URL) string {
	query := u.Query()
	for name := range query {
		if strings.HasPrefix(name, "expand") {
			query.Del(name)
		}
	}
	return u.Path + "?" + query.Encode()
}

// record lets a scenario live on for some months, pulls it once from a sandbox
// and keeps the answers.
func record(ctx context.Context, scenario string, months int) (*canned, error) {
	c := &canned{answers: map[string][]byte{}}
	var clock atomic.Int64
	clock.Store(time.Now().AddDate(0, -months, 0).Unix())
	running, err := sandbox.Start(ctx, sandbox.Options{
		Scenario: scenario, Now: func() time.Time { return time.Unix(clock.Load(), 0) },
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = running.Close() }()
	clock.Store(time.Now().Unix())
	c.key, c.customer = running.Key(), running.Customer()
	carrier := http.DefaultTransport.(*http.Transport).Clone()
	defer carrier.CloseIdleConnections()
	answers := make(chan [2]string, 1024)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		for answer := range answers {
			c.answers[answer[0]] = []byte(answer[1])
		}
	}()
	recorder := roundTripper(func(r *http.Request) (*http.Response, error) {
		response, err := carrier.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		answers <- [2]string{cannedKey(r.URL), string(body)}
		response.Body = io.NopCloser(bytes.NewReader(body))
		return response, err
	})
	_, err = pullInto(ctx, stripeapi.Config{URL: running.URL(), Customer: c.customer, Token: c.token, Transport: recorder}, "")
	close(answers)
	<-kept
	return c, err
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (c *canned) token(context.Context) (string, error) { return c.key, nil }

// serve answers on loopback, each request after so much time.
func (c *canned) serve(latency time.Duration) {
	c.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		answer, ok := c.answers[cannedKey(r.URL)]
		w.Header().Set("Content-Type", "application/json")
		if bytes.HasPrefix(bytes.TrimSpace(answer), []byte(`{"error"`)) || !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		if !ok {
			answer = []byte(`{"error": {"type": "invalid_request_error", "code": "resource_missing"}}`)
		}
		_, _ = w.Write(answer)
	}))
	c.server.Start()
	c.url = c.server.URL
}

func openCache(ctx context.Context, path string) (*sqlite.Cache, error) {
	cache, err := sqlite.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open the cache: %w", err)
	}
	return cache, nil
}
