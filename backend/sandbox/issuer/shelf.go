package issuer

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// shelf keeps in memory what the library has to find again.
type shelf struct {
	options Options
	key     signingKey

	mu      sync.Mutex
	asked   map[string]*asked         // sign-ins under way, by id
	codes   map[string]string         // ids of those, by code
	grants  map[string]*grant         // by refresh token
	devices map[string]*deviceRequest // by device code
}

// errUnknown is all that a stranger learns.
var errUnknown = errors.New("unknown")

// asked is one sign-in in a browser.
type asked struct {
	*oidc.AuthRequest
	id       string
	person   Person
	audience []string
	at       time.Time
}

// grant is what a person allowed a client.
type grant struct {
	subject  string
	scopes   []string
	audience []string
	clientID string
	at       time.Time
}

// deviceRequest is one sign-in on another device.
type deviceRequest struct {
	op.DeviceAuthorizationState
	userCode string
}

func newShelf(options Options, key *ecdsa.PrivateKey) *shelf {
	return &shelf{
		options: options, key: signingKey{key},
		asked: map[string]*asked{}, codes: map[string]string{}, grants: map[string]*grant{}, devices: map[string]*deviceRequest{},
	}
}

func (s *shelf) person(ctx context.Context, subject string) (Person, error) {
	people, err := s.options.People(ctx)
	if err != nil {
		return Person{}, err
	}
	for _, person := range people {
		if person.Subject == subject {
			return person, nil
		}
	}
	return Person{}, errUnknown
}

func (a *asked) GetID() string                      { return a.id }
func (a *asked) GetACR() string                     { return "" }
func (a *asked) GetAMR() []string                   { return nil }
func (a *asked) GetAudience() []string              { return a.audience }
func (a *asked) GetAuthTime() time.Time             { return a.at }
func (a *asked) GetClientID() string                { return a.ClientID }
func (a *asked) GetNonce() string                   { return a.Nonce }
func (a *asked) GetRedirectURI() string             { return a.RedirectURI }
func (a *asked) GetResponseType() oidc.ResponseType { return a.ResponseType }
func (a *asked) GetResponseMode() oidc.ResponseMode { return a.ResponseMode }
func (a *asked) GetScopes() []string                { return a.Scopes }
func (a *asked) GetState() string                   { return a.State }
func (a *asked) GetSubject() string                 { return a.person.Subject }
func (a *asked) Done() bool                         { return a.person.Subject != "" }
func (a *asked) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: a.CodeChallenge, Method: a.CodeChallengeMethod}
}

func (g *grant) GetAMR() []string            { return nil }
func (g *grant) GetAudience() []string       { return g.audience }
func (g *grant) GetAuthTime() time.Time      { return g.at }
func (g *grant) GetClientID() string         { return g.clientID }
func (g *grant) GetScopes() []string         { return g.scopes }
func (g *grant) GetSubject() string          { return g.subject }
func (g *grant) SetCurrentScopes(s []string) { g.scopes = s }

// CreateAuthRequest begins a sign-in. PKCE is asked of everybody.
func (s *shelf) CreateAuthRequest(_ context.Context, request *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	if request.CodeChallenge == "" || request.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with S256 is needed")
	}
	if slices.Contains(request.Prompt, oidc.PromptNone) {
		return nil, oidc.ErrLoginRequired()
	}
	a := &asked{AuthRequest: request, id: rand.Text(), audience: []string{request.ClientID, s.options.Audience}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[a.id] = a
	return a, nil
}

// AuthRequestByID finds a sign-in.
func (s *shelf) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, ok := s.asked[id]; ok {
		found := *a
		return &found, nil
	}
	return nil, errUnknown
}

// AuthRequestByCode finds a sign-in by its code, which is good once.
func (s *shelf) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	id, ok := s.codes[code]
	delete(s.codes, code)
	s.mu.Unlock()
	if !ok {
		return nil, errUnknown
	}
	return s.AuthRequestByID(ctx, id)
}

// SaveAuthCode notes the code of a sign-in.
func (s *shelf) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = id
	return nil
}

// DeleteAuthRequest forgets a sign-in.
func (s *shelf) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.asked, id)
	return nil
}

// settle notes who a sign-in is of.
func (s *shelf) settle(id string, person Person) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.asked[id]
	if ok {
		a.person, a.at = person, time.Now()
	}
	return ok
}

// CreateAccessToken names an access token, which nobody has to find again.
func (s *shelf) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return rand.Text(), time.Now().Add(s.options.TokenLife), nil
}

// CreateAccessAndRefreshTokens gives a refresh token, in place of the one that was
// used.
func (s *shelf) CreateAccessAndRefreshTokens(ctx context.Context, request op.TokenRequest, used string) (string, string, time.Time, error) {
	id, until, err := s.CreateAccessToken(ctx, request)
	next := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.grants[used]; used != "" && !known {
		return "", "", time.Time{}, op.ErrInvalidRefreshToken
	}
	delete(s.grants, used)
	s.grants[next] = &grant{
		subject: request.GetSubject(), scopes: request.GetScopes(), audience: request.GetAudience(), clientID: s.options.ClientID, at: time.Now(),
	}
	return id, next, until, err
}

// TokenRequestByRefreshToken finds what a refresh token stands for.
func (s *shelf) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.grants[token]; ok {
		held := *found
		return &held, nil
	}
	return nil, op.ErrInvalidRefreshToken
}

// GetRefreshTokenInfo tells a refresh token from other words.
func (s *shelf) GetRefreshTokenInfo(_ context.Context, _, token string) (string, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.grants[token]; ok {
		return found.subject, token, nil
	}
	return "", "", op.ErrInvalidRefreshToken
}

// RevokeToken takes a refresh token back.
func (s *shelf) RevokeToken(_ context.Context, token, _, _ string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.grants, token)
	return nil
}

// TerminateSession takes back all that a person allowed.
func (s *shelf) TerminateSession(_ context.Context, subject, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, held := range s.grants {
		if held.subject == subject {
			delete(s.grants, token)
		}
	}
	return nil
}

// GetPrivateClaimsFromScopes says in an access token whose billing it opens.
func (s *shelf) GetPrivateClaimsFromScopes(ctx context.Context, subject, _ string, scopes []string) (map[string]any, error) {
	person, err := s.person(ctx, subject)
	if err != nil {
		return nil, err
	}
	return map[string]any{CustomerClaim: person.Customer, "scope": strings.Join(scopes, " ")}, nil
}

// SetUserinfoFromRequest says in an ID token who signed in.
func (s *shelf) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, request op.IDTokenRequest, _ []string) error {
	return s.describe(ctx, info, request.GetSubject())
}

func (s *shelf) describe(ctx context.Context, info *oidc.UserInfo, subject string) error {
	person, err := s.person(ctx, subject)
	if err != nil {
		return err
	}
	info.Subject, info.Name, info.Email = person.Subject, person.Name, person.Email
	return nil
}

// SetUserinfoFromScopes is the older form of SetUserinfoFromRequest.
func (s *shelf) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// SetUserinfoFromToken refuses: access tokens are for the gateway.
func (s *shelf) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errUnknown
}

// SetIntrospectionFromToken refuses: whoever has a token can verify it.
func (s *shelf) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errUnknown
}

// AuthorizeClientIDSecret refuses: the one client has no secret.
func (s *shelf) AuthorizeClientIDSecret(context.Context, string, string) error { return errUnknown }

// GetKeyByIDAndClientID refuses: the one client has no key.
func (s *shelf) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnknown
}

// ValidateJWTProfileScopes refuses: nobody signs in by a token of their own.
func (s *shelf) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnknown
}

// Health is good.
func (s *shelf) Health(context.Context) error { return nil }
