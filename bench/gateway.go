package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"billfold/backend/gateway"
	"billfold/backend/sandbox"
)

const (
	gatewayWorkers   = 8
	gatewayRound     = 4_000
	gatewayRounds    = 5
	gatewayCustomers = 10_000
	gatewayMemory    = 100_000
)

// load is a way to one upstream, and what came of asking it.
type load struct {
	request func(i int) *http.Request
	status  int
	rates   []float64 // a second, one a round
	slowest []float64 // the 99th percentile of each round, in milliseconds
}

// measureGateway holds a gateway with all its checks against a plain reverse proxy
// before the same upstream.
func measureGateway(ctx context.Context) ([]row, error) {
	body, customer, err := someInvoices(ctx)
	if err != nil {
		return nil, err
	}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, strings.ReplaceAll(body, customer, r.URL.Query().Get("customer")))
	}))
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	if err != nil {
		return nil, err
	}
	plain := httputil.NewSingleHostReverseProxy(target)
	carrier := http.DefaultTransport.(*http.Transport).Clone()
	carrier.MaxIdleConnsPerHost = 64
	plain.Transport = carrier
	proxy := httptest.NewServer(plain)
	defer proxy.Close()
	tokens, identify, end, err := signedTokens(gatewayCustomers)
	if err != nil {
		return nil, err
	}
	defer end()
	g, err := gateway.New(gateway.Config{
		StripeURL: upstream.URL, StripeKey: "rk_test_bench", Identify: identify, Limits: gateway.Limits{
			PerMinute: 1e9, Burst: 1e9, StripePerSecond: 1e9, StripeAtOnce: 64,
		},
		Changes: quiet(),
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = g.Close() }()
	front := httptest.NewServer(g)
	defer front.Close()
	return compare(ctx, proxy.URL, front.URL, tokens)
}

// someInvoices is what a sandbox answers to a small page of invoices.
func someInvoices(ctx context.Context) (body, customer string, err error) {
	running, err := sandbox.Start(ctx, sandbox.Options{})
	if err != nil {
		return "", "", err
	}
	defer func() { _ = running.Close() }()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, running.URL()+"/v1/invoices?limit=2&customer="+running.Customer(), nil)
	if err != nil {
		return "", "", err
	}
	r.Header.Set("Authorization", "Bearer "+running.Key())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	return string(read), running.Customer(), err
}

func compare(ctx context.Context, proxyURL, gatewayURL string, tokens []string) ([]row, error) {
	carrier := &http.Transport{MaxIdleConnsPerHost: 2 * gatewayWorkers}
	defer carrier.CloseIdleConnections()
	ask := func(base, query, token, tag string) *http.Request {
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, base+"/v1/invoices?limit=2"+query, nil) // the address is good
		r.Header.Set("Authorization", "Bearer "+token)
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		return r
	}
	tags := make([]string, 200)
	for i := range tags {
		response, err := carrier.RoundTrip(ask(gatewayURL, "", tokens[i], ""))
		if err != nil {
			return nil, err
		}
		tags[i] = response.Header.Get("Etag")
		_ = response.Body.Close()
	}
	proxied := &load{status: 200, request: func(i int) *http.Request { return ask(proxyURL, "&customer="+customerOf(i%200), tokens[i%200], "") }}
	scoped := &load{status: 200, request: func(i int) *http.Request { return ask(gatewayURL, "", tokens[i%200], "") }}
	unchanged := &load{status: 304, request: func(i int) *http.Request { return ask(gatewayURL, "", tokens[i%200], tags[i%200]) }}
	for range gatewayRounds {
		for _, way := range []*load{proxied, scoped, unchanged} {
			if err := way.round(carrier, gatewayRound); err != nil {
				return nil, err
			}
		}
	}
	grown, err := growth(carrier, func(i int) *http.Request { return ask(gatewayURL, "", tokens[i%len(tokens)], "") })
	if err != nil {
		return nil, err
	}
	share, tail, quick := median(scoped.rates)/median(proxied.rates), median(scoped.slowest)/median(proxied.slowest), median(unchanged.rates)/median(proxied.rates)
	return []row{
		{figure: "gateway: scoped reads a second, to a plain proxy's", measured: fmt.Sprintf("%.0f (%.2f of %.0f)", median(scoped.rates), share, median(proxied.rates)), limit: "0.7", over: share < 0.7},
		{figure: "gateway: 99th percentile of a scoped read", measured: fmt.Sprintf("%.1f ms (%.2f times)", median(scoped.slowest), tail), limit: "1.5 times", over: tail > 1.5},
		{figure: "gateway: answers 304 a second", measured: fmt.Sprintf("%.0f (%.2f times)", median(unchanged.rates), quick), limit: "2.5 times", over: quick < 2.5},
		{figure: "gateway: memory after 100,000 requests of 10,000 customers", measured: fmt.Sprintf("%.1f MB, %+.1f MB in the second half", grown[1], grown[1]-grown[0]), limit: "40 MB, flat", over: grown[1] > 40 || grown[1]-grown[0] > 4},
	}, nil
}

// round sends requests side by side, and notes the rate and the slowest.
func (l *load) round(carrier *http.Transport, count int) error {
	took := make([][]float64, gatewayWorkers)
	failed := make([]error, gatewayWorkers)
	began := time.Now()
	var together sync.WaitGroup
	for w := range gatewayWorkers {
		together.Go(func() {
			for i := w; i < count && failed[w] == nil; i += gatewayWorkers {
				at := time.Now()
				response, err := carrier.RoundTrip(l.request(i))
				if err != nil {
					failed[w] = err
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
				if response.StatusCode != l.status {
					failed[w] = fmt.Errorf("status %d instead of %d", response.StatusCode, l.status)
				}
				took[w] = append(took[w], float64(time.Since(at).Microseconds())/1000)
			}
		})
	}
	together.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	l.rates = append(l.rates, float64(count)/time.Since(began).Seconds())
	l.slowest = append(l.slowest, all[len(all)*99/100])
	return nil
}

// growth is the heap in use after half and all of many requests of many customers,
// above what it was before, in MB.
func growth(carrier *http.Transport, request func(i int) *http.Request) (grown [2]float64, err error) {
	before := heap()
	for half := range 2 {
		way := &load{status: 200, request: func(i int) *http.Request { return request(i + half*gatewayMemory/2) }}
		if err := way.round(carrier, gatewayMemory/2); err != nil {
			return grown, err
		}
		grown[half] = heap() - before
	}
	return grown, nil
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc) / (1 << 20)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func customerOf(i int) string { return fmt.Sprintf("cus_bench%05d", i) }
