package main

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"billfold/backend/gateway"
)

// metrics are the gateway's figures. None of them names a customer.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	kept     prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "billfold_gateway_requests_total", Help: "Requests of companions, by rule and status.",
		}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "billfold_gateway_request_seconds", Help: "How long requests took, by rule.",
			Buckets: []float64{.001, .005, .025, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
		kept: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "billfold_gateway_answers_kept_back_total", Help: "Answers that named another customer. Any is an alarm.",
		}),
	}
	m.registry.MustRegister(m.requests, m.took, m.kept, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe notes one request. Streams last as long as they last and are only counted.
func (m *metrics) observe(o gateway.Observation) {
	m.requests.WithLabelValues(o.Route, strconv.Itoa(o.Status)).Inc()
	if o.Route != "/billfold/v1/stream" {
		m.took.WithLabelValues(o.Route).Observe(o.Took.Seconds())
	}
	if o.Kept {
		m.kept.Inc()
	}
}

// follow lets the gateway tell how it is doing whenever it is asked.
func (m *metrics) follow(g *gateway.Gateway) {
	m.registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "billfold_gateway_stripe_requests_total", Help: "Requests to Stripe.",
		}, func() float64 { return float64(g.State().Upstream) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "billfold_gateway_stripe_waiting", Help: "Requests that wait for their turn at Stripe.",
		}, func() float64 { return float64(g.State().Waiting) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "billfold_gateway_events_fresh", Help: "1 while the account's events are read as they should be.",
		}, func() float64 {
			if g.State().Fresh {
				return 1
			}
			return 0
		}),
	)
}

func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
