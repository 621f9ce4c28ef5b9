package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"billfold/backend/gateway/changes"
	"billfold/backend/gateway/identity"
)

// quiet is news of changes without a reader of events.
func quiet() changes.Config { return changes.Config{Every: -1} }

// signedTokens makes an identity provider on loopback, and a good token for each
// of so many customers.
func signedTokens(count int) (tokens []string, identify func(context.Context, string) (identity.Principal, error), end func(), err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, nil, err
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, Use: "sig"}}})
	})
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	now := time.Now().Unix()
	for i := 0; i < count && err == nil; i++ {
		var signed *jose.JSONWebSignature
		body, _ := json.Marshal(map[string]any{ // numbers and words alone
			"iss": server.URL, "aud": "bench", "sub": customerOf(i), "customer": customerOf(i), "iat": now, "exp": now + 3600,
		})
		if signed, err = signer.Sign(body); err == nil {
			var token string
			token, err = signed.CompactSerialize()
			tokens = append(tokens, token)
		}
	}
	var who *identity.Identity
	if err == nil {
		who, err = identity.New(identity.Config{Issuer: server.URL, Audience: "bench", Claim: "customer"})
	}
	if err != nil {
		server.Close()
		return nil, nil, nil, err
	}
	return tokens, who.Verify, server.Close, nil
}
