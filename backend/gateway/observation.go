package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net"
	"time"
)

// Observation is what a request came to.
type Observation struct {
	// Route is the rule's method and path, never what was asked.
	Route    string
	Status   int
	Took     time.Duration
	Upstream int // requests to Stripe
	// Kept tells that an answer was kept back because it named another customer.
	Kept bool
}

// State is how a gateway is doing at the moment.
type State struct {
	// Upstream counts the requests to Stripe, Waiting those that wait for a turn.
	Upstream, Waiting int64
	// Shared counts the reads on their way; equal ones ask Stripe once.
	Shared int64
	// Fresh tells whether the account's events were read lately.
	Fresh bool
}

// State tells how the gateway is doing.
func (g *Gateway) State() State {
	return State{
		Upstream: g.upstream.asked.Load(), Waiting: g.upstream.budget.waiting.Load(), Shared: g.reads.waiting.Load(), Fresh: g.changes.Fresh(),
	}
}

// finish writes down what the visit came to.
func (v *visit) finish(began time.Time) {
	took := v.config.Now().Sub(began)
	if v.config.Observe != nil {
		v.config.Observe(Observation{
			Route: v.route, Status: v.status, Took: took, Upstream: v.asked, Kept: v.decision == "foreign answer kept back",
		})
	}
	v.config.Log.LogAttrs(v.ctx, slog.LevelInfo, "request",
		slog.String("request_id", v.id), slog.String("route", v.route), slog.Int("status", v.status),
		slog.String("customer", v.who.Customer), slog.Duration("took", took), slog.Int("stripe_requests", v.asked))
	if v.decision != "" {
		v.config.Audit.LogAttrs(v.ctx, slog.LevelInfo, "audit",
			slog.String("request_id", v.id), slog.String("stripe_request_id", v.upstreamID),
			slog.String("issuer", v.who.Issuer), slog.String("subject", v.pseudonym(v.who.Subject)),
			slog.String("customer", v.who.Customer), slog.String("route", v.route), slog.Any("parameters", v.names),
			slog.String("decision", v.decision), slog.Int("status", v.status), slog.String("network", network(v.config.ClientIP(v.r))))
	}
}

// pseudonym stands for a subject, the same in every line.
func (v *visit) pseudonym(subject string) string {
	if subject == "" {
		return ""
	}
	mac := hmac.New(sha256.New, v.upstream.secret)
	mac.Write([]byte(subject))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// network is an address without what tells one person from their neighbours.
func network(address string) string {
	ip := net.ParseIP(address)
	if four := ip.To4(); four != nil {
		return four.Mask(net.CIDRMask(24, 32)).String() + "/24"
	}
	if ip == nil {
		return ""
	}
	return ip.Mask(net.CIDRMask(48, 128)).String() + "/48"
}
