// Package browsermode shows the same window as the desktop app in a browser, over
// loopback HTTP, for machines that have no display or no WebKit.
//
// Who may call: a page that was opened with an address from URL. The address
// carries a one-time token in its fragment, which browsers do not send; the page
// exchanges it for a session, which it sends in a header. There is no cookie,
// since cookies do not know ports, and no CORS.
package browsermode

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"billfold/backend/billing"
	"billfold/backend/companion"
)

// idleExit is how long a server without a page stays, by default.
const idleExit = 15 * time.Minute

// closingTakes is how long running calls get to end: they read a local file. A
// browser's spare connections, on which nothing was asked, end with it too.
const closingTakes = 500 * time.Millisecond

// bodyLimit bounds the body of a call, in bytes.
const bodyLimit = 64 << 10

// Config is what a Server is made of.
type Config struct {
	// Listen is a loopback address with a port; "" is 127.0.0.1 and a free port.
	Listen string
	// Assets is the built window, index.html at its root.
	Assets    fs.FS
	Companion *companion.Companion
	// IdleExit ends the server when no page has been open for so long; 0 is 15
	// minutes, a negative one is never.
	IdleExit time.Duration
	// Log hears of refused requests; nil is silent. No token reaches it.
	Log *slog.Logger
}

// Server is a running browser mode.
type Server struct {
	config   Config
	listener net.Listener
	http     *http.Server
	keys     keys
	origins  origins
	presence presence
	ended    chan error
	// quit ends the event streams, which would outlast a shutdown otherwise.
	quit     chan struct{}
	quitOnce sync.Once
	// closed is closed when Close is done.
	closed chan struct{}
}

// Start listens and serves until Close, or until nobody has looked for IdleExit.
// An address that is not loopback is refused with CodeInvalid; one that is taken
// is CodeBusy.
func Start(ctx context.Context, config Config) (*Server, error) {
	if config.Listen == "" {
		config.Listen = "127.0.0.1:0"
	}
	if config.IdleExit == 0 {
		config.IdleExit = idleExit
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if err := mustBeLoopback(config.Listen); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", config.Listen)
	if err != nil {
		return nil, billing.NewError(billing.CodeBusy,
			"Nothing can be served on "+config.Listen+": the port is taken or not allowed. Choose another with --listen.", err)
	}
	s := &Server{config: config, listener: listener, ended: make(chan error, 1), quit: make(chan struct{}), closed: make(chan struct{})}
	s.http = &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(config.Log.Handler(), slog.LevelDebug),
	}
	s.presence.touch()
	go func() { s.ended <- s.http.Serve(listener) }()
	if config.IdleExit > 0 {
		go s.leaveWhenIdle()
	}
	return s, nil
}

func mustBeLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err == nil && (host == "localhost" || net.ParseIP(host).IsLoopback()) {
		return nil
	}
	return billing.NewError(billing.CodeInvalid,
		"Browser mode listens on this machine only: use an address such as 127.0.0.1:8080.", err)
}

// URL is an address of the window with a new one-time token.
func (s *Server) URL() string {
	return s.URLTo(companion.Destination{})
}

// URLTo is such an address that leads to a view.
func (s *Server) URLTo(wanted companion.Destination) string {
	s.presence.touch()
	return s.addressOf(wanted)
}

// Join is URLTo for somebody who comes later: false when the server has ended or is
// about to. Otherwise it stays until they had time to look.
func (s *Server) Join(wanted companion.Destination) (address string, ok bool) {
	if !s.presence.join() {
		return "", false
	}
	return s.addressOf(wanted), true
}

func (s *Server) addressOf(wanted companion.Destination) string {
	address := fmt.Sprintf("http://%s/#token=%s", s.listener.Addr(), s.keys.newToken())
	if wanted.View == "" || wanted.View == "overview" {
		return address
	}
	return address + "&open=" + wanted.String()
}

// Wait waits for the end: nil after Close or an idle exit.
func (s *Server) Wait() error {
	err := <-s.ended
	s.ended <- err
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-s.closed // running calls have ended too
	return nil
}

// Close stops the server, letting running calls end.
func (s *Server) Close() (err error) {
	s.quitOnce.Do(func() {
		s.presence.leave()
		defer close(s.closed)
		close(s.quit)
		ctx, cancel := context.WithTimeout(context.Background(), closingTakes)
		defer cancel()
		if s.http.Shutdown(ctx) != nil {
			err = s.http.Close()
		}
	})
	return err
}

func (s *Server) leaveWhenIdle() {
	tick := time.NewTicker(min(s.config.IdleExit/4+time.Millisecond, time.Minute))
	defer tick.Stop()
	for {
		select {
		case <-s.quit:
			return
		case <-tick.C:
			if s.presence.leaveIfIdle(s.config.IdleExit) {
				_ = s.Close()
				return
			}
		}
	}
}

func (s *Server) handler() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("POST /session", s.session)
	routes.Handle("POST /call/{method}", s.withSession(http.HandlerFunc(s.call)))
	routes.Handle("GET /events", s.withSession(http.HandlerFunc(s.events)))
	routes.Handle("GET /", s.assets())
	return s.guard(routes)
}

// assets serves the window. A build without one says so.
func (s *Server) assets() http.Handler {
	files := http.FileServerFS(s.config.Assets)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			if _, err := fs.Stat(s.config.Assets, "index.html"); err != nil {
				http.Error(w, "This Billfold was built without its window. Build it with: make build", http.StatusNotFound)
				return
			}
		}
		if strings.HasPrefix(r.URL.Path, "/assets/") {
			// Vite names these by their content.
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		files.ServeHTTP(w, r)
	})
}

// presence knows when a page last asked for something or held a stream open.
type presence struct {
	mu      sync.Mutex
	last    time.Time
	streams int
	left    bool // nobody can join any more
}

func (p *presence) touch() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
}

func (p *presence) stream(change int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.streams += change
	p.last = time.Now()
}

// join is touch, false when it is too late for that.
func (p *presence) join() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = time.Now()
	return !p.left
}

func (p *presence) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = true
}

// leaveIfIdle ends the presence when no page has been open for so long, and tells
// whether it did.
func (p *presence) leaveIfIdle(limit time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.streams > 0 || time.Since(p.last) < limit {
		return false
	}
	p.left = true
	return true
}
