package gateway_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"billfold/backend/gateway/identity"
)

const audience = "https://billing.example"

// issuer is an identity provider on loopback that signs whatever it is told to.
type issuer struct {
	testing.TB
	*httptest.Server
	signer jose.Signer
}

// MustIssue starts an issuer that ends with the test.
func MustIssue(tb testing.TB) *issuer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	i := &issuer{TB: tb}
	i.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "one"}},
		(&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		tb.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": i.URL, "jwks_uri": i.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "one", Use: "sig"}}})
	})
	i.Server = httptest.NewServer(mux)
	tb.Cleanup(i.Close)
	return i
}

// identify verifies this issuer's tokens.
func (i *issuer) identity() *identity.Identity {
	i.Helper()
	made, err := identity.New(identity.Config{Issuer: i.URL, Audience: audience, Claim: "customer", WriteScope: "billing:write"})
	if err != nil {
		i.Fatal(err)
	}
	return made
}

// token is a good one for a customer, who may write.
func (i *issuer) token(customer string) string {
	i.Helper()
	return i.signed(map[string]any{"customer": customer, "scope": "billing:write"})
}

// signed is a token of these claims over good ones.
func (i *issuer) signed(claims map[string]any) string {
	i.Helper()
	now := time.Now().Unix()
	all := map[string]any{"iss": i.URL, "aud": audience, "sub": "person", "iat": now - 1, "exp": now + 600}
	for name, value := range claims {
		all[name] = value
	}
	body, err := json.Marshal(all)
	if err != nil {
		i.Fatal(err)
	}
	signed, err := i.signer.Sign(body)
	if err != nil {
		i.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		i.Fatal(err)
	}
	return token
}
