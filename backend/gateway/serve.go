package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"billfold/backend/gateway/identity"
	"billfold/backend/gateway/scope"
	"billfold/backend/stripewire"
)

// visit is one request on its way through the gateway.
type visit struct {
	*Gateway
	w   http.ResponseWriter
	r   *http.Request
	ctx context.Context
	id  string
	who identity.Principal
	// what is said of the visit when it is over
	route, upstreamID string
	status, asked     int
	names             []string
	decision          string
}

// The paths that are not Stripe's.
const (
	ownPath     = "/billfold/v1/"
	returnPath  = ownPath + "return"
	webhookPath = "/webhooks/stripe"
)

// open are the paths that need no token.
var open = map[string]func(*visit){
	"/healthz":  func(v *visit) { v.text(http.StatusOK, "ok\n") },
	"/readyz":   (*visit).ready,
	webhookPath: (*visit).webhook,
}

// own are the paths of the gateway itself, for who has a token.
var own = map[string]func(*visit) error{
	ownPath + "whoami":  (*visit).whoami,
	ownPath + "policy":  (*visit).servePolicy,
	ownPath + "version": (*visit).version,
	ownPath + "stream":  (*visit).stream,
}

// ServeHTTP answers one request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := g.config.Now()
	v := &visit{Gateway: g, w: w, r: r, ctx: r.Context(), id: "req_" + rand.Text()[:20], route: "other"}
	header := w.Header()
	header.Set("Request-Id", v.id)
	header.Set("Cache-Control", "private, no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	v.serve()
	v.finish(began)
}

func (v *visit) serve() {
	path := v.r.URL.EscapedPath()
	if handle, ok := open[path]; ok {
		v.route = path
		handle(v)
		return
	}
	if strings.HasPrefix(path, returnPath+"/") {
		v.route = returnPath
		v.returnPage(path)
		return
	}
	v.w.Header().Set("Vary", "Authorization")
	if err := v.identified(path); err != nil {
		v.refuse(err)
	}
}

// identified answers who has a token, and nobody else.
func (v *visit) identified(path string) error {
	if err := v.identify(); err != nil {
		return err
	}
	if err := scope.CheckHeader(v.r.Header); err != nil {
		v.decision = "header refused"
		return err
	}
	caller := v.callers.of(v.who.Customer)
	if err := wait(v.ctx, caller.all, v.config.Limits.Patience); err != nil {
		return err
	}
	if handle, ok := own[path]; ok {
		v.route = path
		if v.r.Method != http.MethodGet {
			return stripewire.UnknownURL(v.r.Method, path)
		}
		return handle(v)
	}
	return v.stripe(path, caller)
}

// identify takes the token from the one header it may come in.
func (v *visit) identify() error {
	address := v.config.ClientIP(v.r)
	if v.callers.shut(address) {
		return &busy{time.Minute}
	}
	given := v.r.Header["Authorization"]
	scheme, token, _ := strings.Cut(v.r.Header.Get("Authorization"), " ")
	if len(given) != 1 || !strings.EqualFold(scheme, "Bearer") || token == "" {
		v.callers.failed(address)
		v.w.Header().Set("WWW-Authenticate", "Bearer")
		return &stripewire.Error{
			Status: http.StatusUnauthorized, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeTokenInvalid,
			Message: "Send the sign-in as 'Authorization: Bearer'.",
		}
	}
	who, err := v.config.Identify(v.ctx, token)
	var refused *stripewire.Error
	if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
		v.w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		if refused.Code != stripewire.CodeTokenExpired {
			v.callers.failed(address)
		}
	}
	v.who = who
	return err
}

// stripe answers what is Stripe's to answer.
func (v *visit) stripe(path string, caller *caller) error {
	body, err := v.body()
	if err != nil {
		return err
	}
	call, err := v.scope.Check(scope.Request{
		Method: v.r.Method, Path: path, Query: v.r.URL.RawQuery, Header: v.r.Header, Body: body,
	}, v.who.Customer)
	if err != nil {
		v.decision = "refused"
		return err
	}
	v.route, v.names = call.Template, call.Names()
	if !call.Writes() {
		return v.read(call)
	}
	if !v.who.MayWrite {
		v.decision = "not allowed"
		return &stripewire.Error{
			Status: http.StatusForbidden, Type: stripewire.TypeInvalidRequest, Code: stripewire.CodeNotAllowed,
			Message: "This sign-in is not allowed to change anything.",
		}
	}
	limiter := caller.writes
	if call.Portal {
		limiter = caller.portal
	}
	if err := wait(v.ctx, limiter, v.config.Limits.Patience); err != nil {
		return err
	}
	if call.AddsTaxID() && !caller.taxIDs.Allow() {
		return &busy{time.Hour}
	}
	return v.write(call)
}

// body reads the body of a request within bounds. What has none by its method, and
// sends one, is refused, however it is sent.
func (v *visit) body() ([]byte, error) {
	if v.r.ContentLength == 0 && len(v.r.TransferEncoding) == 0 {
		return nil, nil
	}
	if v.r.Method != http.MethodPost {
		return nil, stripewire.Invalid("", "", "A "+v.r.Method+" request has no body here.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, scope.MaxBody))
	if err != nil {
		return nil, stripewire.Invalid("", "", "The request body could not be read, or is larger than 16 KiB.")
	}
	return body, nil
}

// refuse writes an error in Stripe's envelope. Whatever is not meant for it is
// hidden.
func (v *visit) refuse(err error) {
	var refused *stripewire.Error
	late, isLate := isBusy(err)
	switch {
	case isLate:
		v.w.Header().Set("Retry-After", strconv.Itoa(late.seconds()))
		refused = scope.TooFast()
	case errors.As(err, &refused):
	case errors.Is(err, scope.ErrForeign):
		v.decision = "foreign answer kept back"
		refused = scope.Foreign()
	case v.ctx.Err() != nil:
		refused = scope.Failed()
	default:
		v.config.Log.WarnContext(v.ctx, "request failed", "request_id", v.id, "route", v.route, "error", err)
		refused = scope.Failed()
	}
	v.status = refused.Status
	refused.Write(v.w)
}

func (v *visit) json(body []byte) {
	v.status = http.StatusOK
	header := v.w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Stripe-Version", stripewire.Version)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = v.w.Write(body) // a reader that is gone needs no answer
}

func (v *visit) text(status int, text string) {
	v.status = status
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = io.WriteString(v.w, text)
}

func (v *visit) ready() {
	if v.config.Ready != nil {
		if err := v.config.Ready(v.ctx); err != nil {
			v.text(http.StatusServiceUnavailable, "sign-ins cannot be checked\n")
			return
		}
	}
	if !v.changes.Fresh() {
		v.text(http.StatusServiceUnavailable, "the account's events were not read lately\n")
		return
	}
	v.text(http.StatusOK, "ready\n")
}

func (v *visit) webhook() {
	kept := &statusKeeper{ResponseWriter: v.w, status: http.StatusOK}
	v.changes.ServeWebhook(kept, v.r)
	v.status = kept.status
}

// statusKeeper remembers the status that was answered.
type statusKeeper struct {
	http.ResponseWriter
	status int
}

func (k *statusKeeper) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}
