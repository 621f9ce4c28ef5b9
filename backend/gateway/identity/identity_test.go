package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"billfold/backend/gateway/identity"
	"billfold/backend/stripewire"
)

const audience = "https://billing.example"

// provider is an identity provider on loopback whose keys can be changed.
type provider struct {
	testing.TB
	*httptest.Server
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	fetches atomic.Int64
	broken  atomic.Bool
	name    string // what it says it is; "" is its address
	now     atomic.Int64
}

func MustProvide(tb testing.TB) *provider {
	tb.Helper()
	p := &provider{TB: tb}
	p.now.Store(1_800_000_000)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		issuer := p.URL
		if p.name != "" {
			issuer = p.name
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": issuer, "jwks_uri": p.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		p.fetches.Add(1)
		if p.broken.Load() {
			http.Error(w, "broken", http.StatusInternalServerError)
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: p.keys})
	})
	p.Server = httptest.NewServer(mux)
	tb.Cleanup(p.Close)
	return p
}

// clock is the time of everybody here.
func (p *provider) clock() time.Time { return time.Unix(p.now.Load(), 0) }

// key makes a key and publishes it alone.
func (p *provider) key(id string) *ecdsa.PrivateKey {
	p.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.Fatal(err)
	}
	p.publish(jose.JSONWebKey{Key: &key.PublicKey, KeyID: id, Use: "sig"})
	return key
}

func (p *provider) publish(keys ...jose.JSONWebKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = keys
}

func (p *provider) identity(change func(*identity.Config)) *identity.Identity {
	p.Helper()
	config := identity.Config{Issuer: p.URL, Audience: audience, Claim: "customer", Now: p.clock}
	if change != nil {
		change(&config)
	}
	made, err := identity.New(config)
	if err != nil {
		p.Fatal(err)
	}
	return made
}

// claims are good ones, with others over them; nil takes one away.
func (p *provider) claims(others map[string]any) map[string]any {
	now := p.now.Load()
	all := map[string]any{"iss": p.URL, "aud": audience, "sub": "ada", "iat": now - 10, "exp": now + 600, "customer": "cus_ada"}
	for name, value := range others {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	return all
}

func sign(tb testing.TB, algorithm jose.SignatureAlgorithm, key any, id, kind string, claims map[string]any) string {
	tb.Helper()
	options := &jose.SignerOptions{}
	if kind != "" {
		options = options.WithType(jose.ContentType(kind))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: id}}, options)
	if err != nil {
		tb.Fatal(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		tb.Fatal(err)
	}
	signed, err := signer.Sign(body)
	if err != nil {
		tb.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func code(err error) string {
	var refused *stripewire.Error
	if errors.As(err, &refused) {
		return string(refused.Code)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestTokens(t *testing.T) {
	p := MustProvide(t)
	key := p.key("one")
	now := p.now.Load()
	for name, test := range map[string]struct {
		kind   string
		claims map[string]any
		config func(*identity.Config)
		want   string
	}{
		"a good one":                  {"at+jwt", nil, nil, ""},
		"an id token":                 {"JWT", nil, nil, ""},
		"one without a type":          {"", nil, nil, ""},
		"a logout token":              {"logout+jwt", nil, nil, "token_invalid"},
		"one without a type, refused": {"", nil, func(c *identity.Config) { c.Types = []string{"at+jwt"} }, "token_invalid"},
		"of another audience":         {"at+jwt", map[string]any{"aud": "https://other.example"}, nil, "token_invalid"},
		"for several audiences":       {"at+jwt", map[string]any{"aud": []string{"x", audience}}, nil, ""},
		"for nobody":                  {"at+jwt", map[string]any{"aud": nil}, nil, "token_invalid"},
		"of another issuer":           {"at+jwt", map[string]any{"iss": "https://evil.example"}, nil, "token_invalid"},
		"without a subject":           {"at+jwt", map[string]any{"sub": nil}, nil, "token_invalid"},
		"with an empty subject":       {"at+jwt", map[string]any{"sub": ""}, nil, "token_invalid"},
		"without an end":              {"at+jwt", map[string]any{"exp": nil}, nil, "token_expired"},
		"expired":                     {"at+jwt", map[string]any{"exp": now - 61}, nil, "token_expired"},
		"expired within the skew":     {"at+jwt", map[string]any{"exp": now - 59}, nil, ""},
		"without a beginning":         {"at+jwt", map[string]any{"iat": nil}, nil, "token_invalid"},
		"issued in the future":        {"at+jwt", map[string]any{"iat": now + 61, "exp": now + 600}, nil, "token_invalid"},
		"issued within the skew":      {"at+jwt", map[string]any{"iat": now + 59}, nil, ""},
		"good for a day":              {"at+jwt", map[string]any{"exp": now + 86400}, nil, "token_invalid"},
		"good for a day, allowed":     {"at+jwt", map[string]any{"exp": now + 86300}, func(c *identity.Config) { c.LongestLife = 24 * time.Hour }, ""},
		"not yet good":                {"at+jwt", map[string]any{"nbf": now + 600}, nil, "token_invalid"},
		"without a customer":          {"at+jwt", map[string]any{"customer": nil}, nil, "no_billing_account"},
		"with an empty customer":      {"at+jwt", map[string]any{"customer": ""}, nil, "no_billing_account"},
		"with two customers":          {"at+jwt", map[string]any{"customer": []string{"cus_ada", "cus_bob"}}, nil, "no_billing_account"},
		"with one in an array":        {"at+jwt", map[string]any{"customer": []string{"cus_ada"}}, nil, ""},
		"with a path for a customer":  {"at+jwt", map[string]any{"customer": "cus_ada/../cus_bob"}, nil, "no_billing_account"},
		"with a number":               {"at+jwt", map[string]any{"customer": 5}, nil, "no_billing_account"},
		"with an e-mail address only": {"at+jwt", map[string]any{"customer": nil, "email": "ada@example.com"}, nil, "no_billing_account"},
		"of the right client":         {"at+jwt", map[string]any{"azp": "app"}, func(c *identity.Config) { c.Clients = []string{"app"} }, ""},
		"of another client":           {"at+jwt", map[string]any{"client_id": "spy"}, func(c *identity.Config) { c.Clients = []string{"app"} }, "token_invalid"},
		"of no client":                {"at+jwt", nil, func(c *identity.Config) { c.Clients = []string{"app"} }, "token_invalid"},
		"with the scope":              {"at+jwt", map[string]any{"scope": "openid billing:read"}, func(c *identity.Config) { c.ReadScope = "billing:read" }, ""},
		"with the scope in an array":  {"at+jwt", map[string]any{"scp": []string{"billing:read"}}, func(c *identity.Config) { c.ReadScope = "billing:read" }, ""},
		"without the scope":           {"at+jwt", map[string]any{"scope": "billing:readonly"}, func(c *identity.Config) { c.ReadScope = "billing:read" }, "not_allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			who, err := p.identity(test.config).Verify(t.Context(), sign(t, jose.ES256, key, "one", test.kind, p.claims(test.claims)))
			if code(err) != test.want {
				t.Fatalf("%v", err)
			}
			if err == nil && (who.Customer != "cus_ada" || who.Subject != "ada" || who.Issuer != p.URL || !who.MayWrite) {
				t.Errorf("%+v", who)
			}
		})
	}
}

func TestTokenOfAnotherAudience(t *testing.T) {
	p := MustProvide(t)
	token := sign(t, jose.ES256, p.key("one"), "one", "at+jwt", p.claims(map[string]any{"aud": "https://forum.example"}))
	if _, err := p.identity(nil).Verify(t.Context(), token); code(err) != "token_invalid" {
		t.Error(err)
	}
}

// TestAlgNone also tries the public key as a shared secret, and other algorithms
// than those that are allowed.
func TestAlgNone(t *testing.T) {
	p := MustProvide(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.publish(jose.JSONWebKey{Key: &key.PublicKey, KeyID: "one", Use: "sig"})
	who := p.identity(nil)
	if _, err := who.Verify(t.Context(), sign(t, jose.RS256, key, "one", "at+jwt", p.claims(nil))); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(p.claims(nil))
	if err != nil {
		t.Fatal(err)
	}
	written := base64.RawURLEncoding.EncodeToString(body)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for name, token := range map[string]string{
		"none":           base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt"}`)) + "." + written + ".",
		"NONE":           base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"NONE"}`)) + "." + written + ".",
		"no signature":   base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"one"}`)) + "." + written + ".",
		"public as HMAC": sign(t, jose.HS256, public, "one", "at+jwt", p.claims(nil)),
		"PS256":          sign(t, jose.PS256, key, "one", "at+jwt", p.claims(nil)),
		"RS512":          sign(t, jose.RS512, key, "one", "at+jwt", p.claims(nil)),
		"an own key":     base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","jku":"https://evil.example/keys"}`)) + "." + written + ".AAAA",
		"too long":       sign(t, jose.RS256, key, "one", "at+jwt", p.claims(map[string]any{"x": strings.Repeat("x", 9000)})),
		"two signatures": `{"payload":"` + written + `","signatures":[]}`,
	} {
		if _, err := who.Verify(t.Context(), token); code(err) != "token_invalid" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := identity.New(identity.Config{Issuer: p.URL, Audience: audience, Claim: "c", Algorithms: []string{"HS256"}}); err == nil {
		t.Error("a shared secret can be configured")
	}
}

// TestExpiredKey: a key that was withdrawn is trusted no longer than it takes to
// look again, and a new one is found when it is first used.
func TestExpiredKey(t *testing.T) {
	p := MustProvide(t)
	old := p.key("old")
	who := p.identity(nil)
	verify := func(key *ecdsa.PrivateKey, id string) string {
		_, err := who.Verify(t.Context(), sign(t, jose.ES256, key, id, "at+jwt", p.claims(map[string]any{"jti": rand.Text()})))
		return code(err)
	}
	if got := verify(old, "old"); got != "" {
		t.Fatal(got)
	}
	p.now.Add(31)
	fresh := p.key("new")
	if got := verify(fresh, "new"); got != "" {
		t.Errorf("the new key is not found: %s", got)
	}
	if got := verify(old, "old"); got != "token_invalid" {
		t.Errorf("the old key is trusted: %q", got)
	}
	third := p.key("third")
	p.now.Add(301) // nobody has used the third yet
	if got := verify(fresh, "new"); got != "token_invalid" {
		t.Errorf("a withdrawn key is trusted for ever: %q", got)
	}
	if got := verify(third, "third"); got != "" {
		t.Error(got)
	}
	p.broken.Store(true)
	p.now.Add(301)
	if got := verify(third, "third"); got != "" {
		t.Errorf("keys are lost when the provider does not answer: %s", got)
	}
}

// TestForgedTokensMakeNobodyFetch: 10,000 of them, with known and unknown keys,
// cause one fetch.
func TestForgedTokensMakeNobodyFetch(t *testing.T) {
	p := MustProvide(t)
	key := p.key("one")
	who := p.identity(nil)
	if _, err := who.Verify(t.Context(), sign(t, jose.ES256, key, "one", "at+jwt", p.claims(nil))); err != nil {
		t.Fatal(err)
	}
	forger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p.now.Add(31)
	before := p.fetches.Load()
	known, unknown := sign(t, jose.ES256, forger, "one", "at+jwt", p.claims(nil)), sign(t, jose.ES256, forger, "two", "at+jwt", p.claims(nil))
	var together sync.WaitGroup
	for range 20 {
		together.Go(func() {
			for range 250 {
				for _, token := range []string{known, unknown} {
					if _, err := who.Verify(t.Context(), token); code(err) != "token_invalid" {
						t.Errorf("%v", err)
					}
				}
			}
		})
	}
	together.Wait()
	if fetched := p.fetches.Load() - before; fetched != 1 {
		t.Errorf("%d fetches", fetched)
	}
}

// TestManyAtOnceBeforeThereAreKeys: they wait for the one fetch, and none is
// refused for coming while it is under way.
func TestManyAtOnceBeforeThereAreKeys(t *testing.T) {
	p := MustProvide(t)
	token := sign(t, jose.ES256, p.key("one"), "one", "at+jwt", p.claims(nil))
	who := p.identity(nil)
	var together sync.WaitGroup
	for range 50 {
		together.Go(func() {
			if _, err := who.Verify(t.Context(), token); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if p.fetches.Load() != 1 {
		t.Errorf("%d fetches", p.fetches.Load())
	}
}

func TestAProviderThatIsAway(t *testing.T) {
	p := MustProvide(t)
	key := p.key("one")
	p.broken.Store(true)
	who := p.identity(nil)
	token := sign(t, jose.ES256, key, "one", "at+jwt", p.claims(nil))
	if _, err := who.Verify(t.Context(), token); code(err) != "sign_in_unavailable" || who.Ready(t.Context()) == nil {
		t.Errorf("%v", err)
	}
	p.broken.Store(false)
	p.now.Add(3)
	if _, err := who.Verify(t.Context(), token); err != nil || who.Ready(t.Context()) != nil {
		t.Errorf("%v", err)
	}
	imposter := MustProvide(t)
	imposter.name = "https://other.example"
	key = imposter.key("one")
	if _, err := imposter.identity(nil).Verify(t.Context(), sign(t, jose.ES256, key, "one", "at+jwt", imposter.claims(nil))); err == nil {
		t.Error("a provider of another name is believed")
	}
}

func TestRememberedTokensAreForgotten(t *testing.T) {
	p := MustProvide(t)
	key := p.key("one")
	asked := 0
	customers := []string{"cus_ada"}
	who := p.identity(func(c *identity.Config) {
		c.Claim = ""
		c.Lookup = func(context.Context, string, string) ([]string, error) { asked++; return customers, nil }
	})
	token := sign(t, jose.ES256, key, "one", "at+jwt", p.claims(map[string]any{"exp": p.now.Load() + 90}))
	for range 5 {
		if found, err := who.Verify(t.Context(), token); err != nil || found.Customer != "cus_ada" {
			t.Fatal(err)
		}
	}
	customers = nil
	p.now.Add(61)
	if _, err := who.Verify(t.Context(), token); code(err) != "no_billing_account" || asked != 2 {
		t.Errorf("%v after %d look-ups", err, asked)
	}
	customers = []string{"cus_ada"}
	if _, err := who.Verify(t.Context(), token); err != nil {
		t.Error(err)
	}
	p.now.Add(90)
	if _, err := who.Verify(t.Context(), token); code(err) != "token_expired" {
		t.Errorf("a token outlives its end: %v", err)
	}
}

func TestConfigurationsThatAreNone(t *testing.T) {
	lookup := func(context.Context, string, string) ([]string, error) { return nil, nil }
	for name, config := range map[string]identity.Config{
		"no issuer":        {Audience: "a", Claim: "c"},
		"plain http":       {Issuer: "http://id.example", Audience: "a", Claim: "c"},
		"no audience":      {Issuer: "https://id.example", Claim: "c"},
		"nothing to go by": {Issuer: "https://id.example", Audience: "a"},
		"two ways":         {Issuer: "https://id.example", Audience: "a", Claim: "c", Lookup: lookup},
		"a user name":      {Issuer: "https://a:b@id.example", Audience: "a", Claim: "c"},
	} {
		if _, err := identity.New(config); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
