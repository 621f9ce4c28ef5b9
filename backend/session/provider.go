package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"billfold/backend/billing"
)

// provider speaks OpenID Connect with the vendor's issuer.
type provider struct {
	config Provider
	client *http.Client

	mu    sync.Mutex
	known *endpoints
}

// endpoints are what the issuer says of itself.
type endpoints struct {
	*oidc.Provider
	oauth2 oauth2.Config
	// revocation takes tokens back, "" where there is none.
	revocation string
	// names tells that the issuer says who it is when it sends the browser back.
	names bool
}

// tokens are what a sign-in or its renewal brought.
type tokens struct {
	// bearer is what the gateway is shown, good until then; unknown is unknown.
	bearer  string
	until   time.Time
	refresh string
	// subject and what follows are what the ID token says; "" where there was none.
	subject, name, email string
}

// discovered is the part of an issuer's description that go-oidc leaves to others.
// Source: RFC 8414, section 2; RFC 9207, section 3.
type discovered struct {
	Revocation string   `json:"revocation_endpoint"`
	Names      bool     `json:"authorization_response_iss_parameter_supported"`
	Challenges []string `json:"code_challenge_methods_supported"`
}

// discover asks the issuer once; a failure is tried again the next time.
func (p *provider) discover(ctx context.Context) (*endpoints, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	found, err := oidc.NewProvider(p.within(ctx), p.config.Issuer)
	if err != nil {
		return nil, p.undiscovered(ctx, err)
	}
	var more discovered
	if err := found.Claims(&more); err != nil {
		return nil, odd(nil)
	}
	if len(more.Challenges) > 0 && !slices.Contains(more.Challenges, "S256") {
		return nil, billing.NewError(billing.CodeForbidden,
			"The vendor's sign-in does not offer what Billfold needs to sign in safely (PKCE with S256).", nil)
	}
	p.known = &endpoints{Provider: found, revocation: more.Revocation, names: more.Names, oauth2: oauth2.Config{
		ClientID: p.config.ClientID, Endpoint: found.Endpoint(), Scopes: p.scopes(),
	}}
	// A public client has nothing to put into a header.
	p.known.oauth2.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	return p.known, nil
}

// undiscovered tells a server that cannot be reached from one that is no issuer.
func (p *provider) undiscovered(ctx context.Context, err error) error {
	var network net.Error
	var address *url.Error
	if errors.As(err, &network) || errors.As(err, &address) || ctx.Err() != nil {
		return understood(ctx, err)
	}
	// go-oidc repeats the body of the answer.
	return billing.NewError(billing.CodeUnavailable, "The vendor's sign-in does not answer as one does. Try again soon.", nil)
}

func (p *provider) scopes() []string {
	scopes := []string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess}
	for _, scope := range p.config.Scopes {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// target says what the token is for.
func (p *provider) target() (options []oauth2.AuthCodeOption) {
	if p.config.Resource != "" {
		options = append(options, oauth2.SetAuthURLParam("resource", p.config.Resource))
	}
	if p.config.Audience != "" {
		options = append(options, oauth2.SetAuthURLParam("audience", p.config.Audience))
	}
	return options
}

func (p *provider) within(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// exchange turns what the browser brought into tokens.
func (p *provider) exchange(ctx context.Context, door, code, verifier, nonce string) (tokens, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return tokens{}, err
	}
	config := found.oauth2
	config.RedirectURL = door
	got, err := config.Exchange(p.within(ctx), code, append(p.target(), oauth2.VerifierOption(verifier))...)
	if err != nil {
		return tokens{}, understood(ctx, err)
	}
	return p.read(ctx, found, got, nonce, true)
}

// refresh renews. errRefused says that the refresh token is good no longer.
func (p *provider) refresh(ctx context.Context, token string) (tokens, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return tokens{}, err
	}
	// Exchange is the call of x/oauth2 that takes further parameters. The code that
	// it sends without a value counts as omitted: RFC 6749, section 3.2.
	got, err := found.oauth2.Exchange(p.within(ctx), "", append(p.target(),
		oauth2.SetAuthURLParam("grant_type", "refresh_token"), oauth2.SetAuthURLParam("refresh_token", token))...)
	if err != nil {
		return tokens{}, understood(ctx, err)
	}
	return p.read(ctx, found, got, "", p.config.UseIDToken)
}

// read takes the tokens out of an answer. nonce is what the ID token has to repeat,
// "" for nothing; identified demands one.
func (p *provider) read(ctx context.Context, found *endpoints, got *oauth2.Token, nonce string, identified bool) (tokens, error) {
	if !strings.EqualFold(got.Type(), "bearer") {
		return tokens{}, odd(errors.New("a token of another type"))
	}
	result := tokens{bearer: got.AccessToken, until: got.Expiry, refresh: got.RefreshToken}
	raw, _ := got.Extra("id_token").(string)
	if raw == "" {
		if identified {
			return tokens{}, odd(errors.New("no ID token"))
		}
		return result, nil
	}
	verified, err := found.Verifier(&oidc.Config{ClientID: p.config.ClientID}).Verify(p.within(ctx), raw)
	if err != nil {
		return tokens{}, p.unverified(ctx, err)
	}
	if verified.Subject == "" || verified.Nonce != nonce && nonce != "" {
		return tokens{}, odd(errors.New("an ID token of another sign-in"))
	}
	if verified.AccessTokenHash != "" && verified.VerifyAccessToken(got.AccessToken) != nil {
		return tokens{}, odd(errors.New("an ID token of another access token"))
	}
	var person struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	}
	if err := verified.Claims(&person); err != nil {
		return tokens{}, odd(errors.New("claims that cannot be read"))
	}
	result.subject, result.name, result.email = verified.Subject, clip(person.Name), clip(person.Email)
	if p.config.UseIDToken {
		result.bearer, result.until = raw, verified.Expiry
	}
	return result, nil
}

// unverified keeps a network that went away apart from a token that is wrong.
func (p *provider) unverified(ctx context.Context, err error) error {
	var address *url.Error
	if errors.As(err, &address) || ctx.Err() != nil {
		return understood(ctx, err)
	}
	return odd(errors.New("an ID token that does not hold"))
}

// revoke takes a refresh token back, and with it all that came of it; false where
// the provider offers no way.
// Source: RFC 7009, section 2.1.
func (p *provider) revoke(ctx context.Context, token string) (bool, error) {
	found, err := p.discover(ctx)
	if err != nil || found.revocation == "" {
		return false, err
	}
	form := url.Values{"token": {token}, "token_type_hint": {"refresh_token"}, "client_id": {p.config.ClientID}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, found.revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return false, odd(nil)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := p.client.Do(request)
	if err != nil {
		return false, understood(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return false, billing.NewError(billing.CodeUnavailable, "The vendor's sign-in did not take the sign-out.",
			fmt.Errorf("status %d", response.StatusCode))
	}
	return true, nil
}

// maxName bounds a name that somebody else wrote, in bytes.
const maxName = 200

// clip is a name as one line.
func clip(text string) string {
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "")
	if len(text) > maxName {
		text = strings.ToValidUTF8(text[:maxName], "")
	}
	return text
}

const (
	// answerTakes bounds one request to the provider.
	answerTakes = 15 * time.Second
	// maxAnswer bounds what is read of an answer.
	maxAnswer = 1 << 20
)

// clientFor makes the HTTP client for the provider: within bounds, encrypted but on
// this computer, and never led elsewhere.
func clientFor(config Config) *http.Client {
	carrier := config.Transport
	if carrier == nil {
		carrier = http.DefaultTransport.(*http.Transport).Clone()
	}
	return &http.Client{
		Timeout: answerTakes, Transport: bounded{carrier},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded is a carrier that sends nothing in the clear and reads no more than it
// should.
type bounded struct{ carrier http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != "https" && !(request.URL.Scheme == "http" && loopback(request.URL.Hostname())) {
		return nil, billing.NewError(billing.CodeNotStripe, "The vendor's sign-in leads to an address without encryption. It was not used.", nil)
	}
	response, err := b.carrier.RoundTrip(request)
	if err == nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(response.Body, maxAnswer), response.Body}
	}
	return response, err
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
