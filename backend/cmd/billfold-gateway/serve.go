package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"billfold/backend/gateway"
	"billfold/backend/gateway/changes"
	"billfold/backend/gateway/engines"
	"billfold/backend/gateway/identity"
	"billfold/backend/gateway/scope"
)

// shutdownTakes is how long requests under way may take to end.
const shutdownTakes = 20 * time.Second

// serve runs the gateway until the context ends.
func serve(ctx context.Context, config *configuration, stderr io.Writer) (err error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(config.logLevel)); err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: level}))
	audit, closeAudit, err := openAudit(config.AuditFile, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAudit()) }()
	who, closeTable, err := config.identity()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTable()) }()
	store, err := engines.Open(ctx, config.Versions)
	if err != nil {
		return err
	}
	figures := newMetrics()
	g, err := gateway.New(config.gateway(who, store, log, audit, figures))
	if err != nil {
		return errors.Join(err, store.Close())
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	figures.follow(g)
	if strings.HasPrefix(config.stripeKey, "sk_live_") {
		log.Warn("the Stripe key opens everything: use a restricted key, as docs/operating.md says")
	}
	return listenAndServe(ctx, config, g, figures, log)
}

// listenAndServe listens, and ends in order when the context does.
func listenAndServe(ctx context.Context, config *configuration, g *gateway.Gateway, figures *metrics, log *slog.Logger) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var servers []*http.Server
	failed := make(chan error, 2)
	listen := func(what, address string, handler http.Handler, secure bool) error {
		server, listener, err := config.server(address, handler, secure)
		if err != nil {
			return fmt.Errorf("listen for %s: %w", what, err)
		}
		servers = append(servers, server)
		log.Info("listening", "for", what, "address", listener.Addr().String(), "tls", secure)
		go func() { failed <- server.Serve(listener) }()
		return nil
	}
	err := listen("companions", config.Listen, g, config.TLSCertificate != "")
	if err == nil && config.MetricsListen != "" {
		err = listen("metrics", config.MetricsListen, figures.handler(), false)
	}
	var together sync.WaitGroup
	if err == nil {
		together.Go(func() { g.Run(ctx) })
		select {
		case err = <-failed:
		case <-ctx.Done():
			log.Info("ending")
		}
	}
	g.EndStreams()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTakes)
	defer cancel()
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(ending))
	}
	stop()
	together.Wait()
	return err
}

func (c *configuration) server(address string, handler http.Handler, secure bool) (*http.Server, net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, nil, err
	}
	if secure {
		pair, err := tls.LoadX509KeyPair(c.TLSCertificate, c.TLSKey)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("the TLS certificate cannot be used: %w", err), listener.Close())
		}
		listener = tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		})
	}
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		// Its lines hold addresses and whatever a stranger sent.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}, listener, nil
}

// identity says whose tokens are taken; the function closes what it looks people
// up in.
func (c *configuration) identity() (*identity.Identity, func() error, error) {
	s := c.SignIn
	config := identity.Config{
		Issuer: s.Issuer, Audience: s.Audience, Clients: s.Clients, Types: s.Types, Algorithms: s.Algorithms, Claim: s.Claim,
		ReadScope: s.ReadScope, WriteScope: s.WriteScope, Skew: time.Duration(s.Skew), LongestLife: time.Duration(s.LongestLife),
	}
	closing := func() error { return nil }
	var err error
	switch {
	case s.CustomersFile != "":
		config.Lookup, err = identity.FromFile(s.CustomersFile)
	case s.CustomersQuery != "":
		var db *sql.DB
		if db, err = sql.Open("pgx", c.database); err == nil {
			db.SetMaxOpenConns(8)
			config.Lookup, closing = identity.FromSQL(db, s.CustomersQuery), db.Close
		} else {
			err = errors.New("the address of the customers' database makes no sense") // its words would repeat the password
		}
	}
	if err != nil {
		return nil, nil, err
	}
	who, err := identity.New(config)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("sign_in: %w", err), closing())
	}
	return who, closing, nil
}

func (c *configuration) gateway(who *identity.Identity, store changes.Store, log, audit *slog.Logger, figures *metrics) gateway.Config {
	l := c.Limits
	return gateway.Config{
		StripeURL: c.Stripe.URL, StripeKey: c.stripeKey, PublicURL: strings.TrimSuffix(c.PublicURL, "/"),
		Identify: who.Verify, Ready: who.Ready,
		Scope: scope.Settings{
			PortalConfiguration: c.Stripe.PortalConfiguration, PortalFlows: c.Stripe.PortalFlows, PortalHosts: c.Stripe.PortalHosts,
			Metadata: c.Metadata,
		},
		Policy: c.Policy,
		Limits: gateway.Limits{
			PerMinute: l.PerMinute, Burst: l.Burst, WritesPerMinute: l.WritesPerMinute, PortalPerMinute: l.PortalPerMinute,
			TaxIDsPerDay: l.TaxIDsPerDay, FailuresPerMinute: l.FailuresPerMinute, StripePerSecond: l.StripePerSecond,
			StripeAtOnce: l.StripeAtOnce, Patience: time.Duration(l.Patience), Streams: l.Streams,
		},
		Changes:  changes.Config{Store: store, Secrets: c.webhookSecrets, Every: time.Duration(c.ReconcileEvery)},
		ClientIP: clientIP(c.proxies), Log: log, Audit: audit, Observe: figures.observe,
	}
}

// tryOut finds what is wrong with the configuration of the parts, and asks nobody
// anything.
func (c *configuration) tryOut() error {
	if err := engines.Check(c.Versions); err != nil {
		return err
	}
	who, closeTable, err := c.identity()
	if err != nil {
		return err
	}
	defer func() { _ = closeTable() }() // nothing was opened yet
	g, err := gateway.New(c.gateway(who, nil, nil, nil, newMetrics()))
	if err != nil {
		return err
	}
	return g.Close()
}

// openAudit writes the audit into a file that is only added to, or, without one,
// among the log.
func openAudit(path string, log *slog.Logger) (*slog.Logger, func() error, error) {
	if path == "" {
		return log, func() error { return nil }, nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the audit: %w", err)
	}
	return slog.New(slog.NewJSONHandler(file, nil)), file.Close, nil
}
