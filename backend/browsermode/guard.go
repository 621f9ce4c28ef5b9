package browsermode

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"billfold/backend/billing"
)

// ContentSecurityPolicy is what the window may load and call: itself alone. The
// desktop app sends the same.
const ContentSecurityPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'"

// ourHeader must be on every request that does something: no form and no plain
// link of another site can set it.
const ourHeader = "X-Billfold"

// guard refuses whatever did not come from our own page on this machine, or at an
// origin that was let through. The Host
// check is what stops DNS rebinding: a rebound page is same-origin with itself.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", ContentSecurityPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		switch {
		case !loopbackHost(r.Host) && !s.origins.allows(r.Host):
			s.refuse(w, r, http.StatusMisdirectedRequest, "This address is not this machine's.")
		case !s.sameOrigin(r):
			s.refuse(w, r, http.StatusForbidden, "Another site may not call Billfold.")
		case r.Method == http.MethodPost && r.Header.Get(ourHeader) != "1":
			s.refuse(w, r, http.StatusForbidden, "This call did not come from Billfold's own page.")
		case r.Method == http.MethodPost && r.Header.Get("Content-Type") != "application/json":
			s.refuse(w, r, http.StatusUnsupportedMediaType, "A call is JSON.")
		default:
			r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
			next.ServeHTTP(w, r)
		}
	})
}

// loopbackHost lets any port through: a forwarded port differs from ours.
func loopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// sameOrigin trusts no Origin but the one of the Host asked for, and those let through. A request
// without one is a navigation or a program. A link on another site may lead to
// the window, which does nothing by being opened, but may load no part of it.
func (s *Server) sameOrigin(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	opened := r.Method == http.MethodGet &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	if site != "" && site != "same-origin" && site != "none" && !opened {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" || s.origins.allows(origin) {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && parsed.Scheme == "http" && parsed.Host == r.Host && loopbackHost(r.Host)
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, message string) {
	s.config.Log.Warn("refused", "method", r.Method, "path", r.URL.Path, "status", status)
	writeProblem(w, status, billing.CodeForbidden, message)
}

func writeProblem(w http.ResponseWriter, status int, code billing.Code, message string) {
	writeJSON(w, status, map[string]string{"code": string(code), "message": message})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"code":"internal","message":"Something went wrong inside Billfold."}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// session exchanges a one-time token for a session.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Token string `json:"token"`
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || asked.Token == "" {
		writeProblem(w, http.StatusBadRequest, billing.CodeInvalid, "The token is missing.")
		return
	}
	session, ok := s.keys.exchange(asked.Token)
	if !ok {
		s.refuse(w, r, http.StatusForbidden, "This address was used before. Start Billfold again for a new one.")
		return
	}
	s.presence.touch()
	writeJSON(w, http.StatusOK, map[string]string{"session": session})
}

func (s *Server) withSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !found || !s.keys.knows(bearer) {
			writeProblem(w, http.StatusUnauthorized, billing.CodeSignedOut,
				"This page's session has ended. Start Billfold again.")
			return
		}
		s.presence.touch()
		next.ServeHTTP(w, r)
	})
}

// keys holds the tokens not yet used and the sessions, by hash: looking one up
// tells nothing about the others by its time.
type keys struct {
	mu       sync.Mutex
	tokens   map[[32]byte]bool
	sessions map[[32]byte]bool
}

func (k *keys) newToken() string {
	token := random()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.tokens == nil {
		k.tokens, k.sessions = map[[32]byte]bool{}, map[[32]byte]bool{}
	}
	k.tokens[sha256.Sum256([]byte(token))] = true
	return token
}

func (k *keys) exchange(token string) (session string, ok bool) {
	hash := sha256.Sum256([]byte(token))
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.tokens[hash] {
		return "", false
	}
	delete(k.tokens, hash)
	session = random()
	k.sessions[sha256.Sum256([]byte(session))] = true
	return session, true
}

func (k *keys) knows(session string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sessions[sha256.Sum256([]byte(session))]
}

// random gives 32 bytes that nobody can guess; crypto/rand cannot fail.
func random() string {
	var bytes [32]byte
	_, _ = rand.Read(bytes[:])
	return base64.RawURLEncoding.EncodeToString(bytes[:])
}
