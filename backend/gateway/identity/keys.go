package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"
)

const (
	// cooldown is how long after a fetch nobody can cause another: a forged token
	// names whatever key it likes.
	cooldown = 30 * time.Second
	// impatience is the same while there are no keys at all.
	impatience = 2 * time.Second
	// oldKeys is when keys are fetched anew although none was missed, so that one
	// that was withdrawn is not trusted for ever.
	oldKeys = 5 * time.Minute
	// maxKeys bounds the provider's answer, in bytes.
	maxKeys = 1 << 20
)

// keys are the provider's keys: an oidc.KeySet that fetches seldom, and keeps what
// it has while the provider does not answer.
type keys struct {
	issuer     string
	client     *http.Client
	now        func() time.Time
	types      []string
	algorithms []jose.SignatureAlgorithm
	flight     singleflight.Group

	mu       sync.RWMutex
	address  string
	known    []jose.JSONWebKey
	fetched  time.Time // when known was
	asked    time.Time // when the provider was last asked
	lastFail error
}

func newKeys(config Config) *keys {
	k := &keys{issuer: config.Issuer, client: config.Client, now: config.Now, types: config.Types}
	for _, name := range config.Algorithms {
		k.algorithms = append(k.algorithms, jose.SignatureAlgorithm(name))
	}
	return k
}

var (
	errType      = errors.New("the token is not of a type that is taken")
	errSignature = errors.New("no known key has signed the token")
)

// noKeysKey is under what a context holds the place for saying that a token failed
// for want of keys: go-oidc passes no errors on.
type noKeysKey struct{}

// VerifySignature gives the payload of a token that one of the keys has signed.
func (k *keys) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, k.algorithms)
	if err != nil {
		return nil, errSignature
	}
	if len(signed.Signatures) != 1 {
		return nil, errSignature
	}
	kind, _ := signed.Signatures[0].Header.ExtraHeaders[jose.HeaderType].(string)
	if !slices.Contains(k.types, kind) {
		return nil, errType
	}
	if k.old() {
		_ = k.renew(ctx) // old keys are better than none
	}
	if payload, ok := k.try(signed); ok {
		return payload, nil
	}
	if err := k.renew(ctx); err != nil && !k.loaded() {
		if noKeys, ok := ctx.Value(noKeysKey{}).(*bool); ok {
			*noKeys = true
		}
		return nil, err
	}
	if payload, ok := k.try(signed); ok {
		return payload, nil
	}
	return nil, errSignature
}

// try holds a token against the keys that its header names, or all where it names
// none.
func (k *keys) try(signed *jose.JSONWebSignature) ([]byte, bool) {
	k.mu.RLock()
	known := k.known
	k.mu.RUnlock()
	wanted := signed.Signatures[0].Header.KeyID
	for i := range known {
		if wanted != "" && known[i].KeyID != wanted {
			continue
		}
		if payload, err := signed.Verify(&known[i]); err == nil {
			return payload, true
		}
	}
	return nil, false
}

func (k *keys) loaded() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.known) > 0
}

func (k *keys) old() bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.now().Sub(k.fetched) > oldKeys
}

// renew asks the provider for its keys, unless it was asked a moment ago. However
// many wait for it, it is asked once.
func (k *keys) renew(ctx context.Context) error {
	if wait, err := k.rests(); wait {
		return err
	}
	done := k.flight.DoChan("keys", func() (any, error) {
		if wait, err := k.rests(); wait {
			return nil, err
		}
		// Not the caller's context: who waits besides must not go away with them.
		fetching, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return nil, k.fetch(fetching)
	})
	select {
	case result := <-done:
		return result.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// rests tells whether the provider is to be left alone, and what came of the last
// time.
func (k *keys) rests() (bool, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	pause := cooldown
	if len(k.known) == 0 {
		pause = impatience
	}
	return !k.asked.IsZero() && k.now().Sub(k.asked) < pause, k.lastFail
}

func (k *keys) fetch(ctx context.Context) error {
	k.mu.RLock()
	address := k.address
	k.mu.RUnlock()
	var err error
	if address == "" {
		address, err = k.discover(ctx)
	}
	var found []jose.JSONWebKey
	if err == nil {
		found, err = k.read(ctx, address)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	// Only now: who comes while the provider is being asked waits for its answer.
	k.asked, k.lastFail = k.now(), err
	if err != nil {
		return err
	}
	k.address, k.known, k.fetched = address, found, k.now()
	return nil
}

// discover asks the provider where its keys are, and checks that it is the one.
func (k *keys) discover(ctx context.Context) (string, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, k.client), k.issuer)
	if err != nil {
		return "", errors.New("the identity provider's configuration could not be read")
	}
	var said struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&said); err != nil {
		return "", errors.New("the identity provider's configuration makes no sense")
	}
	return said.Keys, checkAddress("address of the identity provider's keys", said.Keys)
}

func (k *keys) read(ctx context.Context, address string) ([]jose.JSONWebKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := k.client.Do(request)
	if err != nil {
		return nil, errors.New("the identity provider's keys could not be fetched")
	}
	defer func() { _ = response.Body.Close() }() // read as far as it is wanted
	body, err := io.ReadAll(io.LimitReader(response.Body, maxKeys))
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the identity provider answered with status %d instead of its keys", response.StatusCode)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(body, &set); err != nil {
		return nil, errors.New("the identity provider's keys make no sense")
	}
	public := set.Keys[:0]
	for _, key := range set.Keys {
		if key.IsPublic() && key.Valid() && key.Use != "enc" {
			public = append(public, key)
		}
	}
	if len(public) == 0 {
		return nil, errors.New("the identity provider has no key that signs")
	}
	return public, nil
}
