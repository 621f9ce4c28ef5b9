package browsermode

import (
	"net/url"
	"strings"
	"sync"

	"billfold/backend/billing"
)

// origins are those by which a person's browser reaches this server through somebody
// else: an editor in the browser, which forwards it under the editor's own name.
type origins struct {
	mu      sync.RWMutex
	allowed map[string]bool // by origin, and by host with its port
}

// CheckOrigin tells whether an origin can be let through: CodeInvalid for what is not
// https://HOST[:PORT]. Without encryption others on the way could read along.
func CheckOrigin(origin string) error {
	parsed, err := url.Parse(origin)
	if err != nil || parsed.User != nil || parsed.Scheme != "https" || parsed.Host == "" || origin != "https://"+parsed.Host || origin != strings.ToLower(origin) {
		return billing.NewError(billing.CodeInvalid, "A public origin is written as https://host or https://host:port, in small letters.", nil)
	}
	return nil
}

// AllowOrigin lets pages at an origin use this server, besides those that reach it on
// this machine: whoever forwards it there must be trusted with what it shows. A
// one-time token is needed all the same.
func (s *Server) AllowOrigin(origin string) error {
	if err := CheckOrigin(origin); err != nil {
		return err
	}
	s.origins.mu.Lock()
	defer s.origins.mu.Unlock()
	if s.origins.allowed == nil {
		s.origins.allowed = map[string]bool{}
	}
	s.origins.allowed[origin] = true
	s.origins.allowed[strings.TrimPrefix(origin, "https://")] = true
	return nil
}

// allows takes an origin, or a host as in the header.
func (o *origins) allows(originOrHost string) bool {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.allowed[strings.ToLower(originOrHost)]
}
