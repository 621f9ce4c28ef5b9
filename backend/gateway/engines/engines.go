// Package engines keeps the versions of a gateway's customers in an engine that
// several replicas share: NATS key-value, in this process or elsewhere, or Redis.
package engines

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"billfold/backend/gateway/changes"
)

// Open opens a store by its address:
//
//	memory:                       this process alone
//	nats-embedded:/var/lib/...    NATS in this process, kept in a folder
//	nats://host:4222, tls://...   NATS elsewhere, with JetStream
//	redis://..., rediss://..., unix:///...  Redis or Valkey
//
// Its error repeats no password.
func Open(ctx context.Context, address string) (changes.Store, error) {
	scheme, rest, _ := strings.Cut(address, ":")
	switch scheme {
	case "", "memory":
		return changes.NewMemory(), nil
	case "nats-embedded":
		return openEmbedded(ctx, rest)
	case "nats", "tls":
		return openNATS(ctx, address)
	case "redis", "rediss", "unix":
		return openRedis(ctx, address)
	}
	return nil, Check(address)
}

// Check tells whether an address is of a kind that Open knows. It opens nothing.
func Check(address string) error {
	scheme, _, _ := strings.Cut(address, ":")
	switch scheme {
	case "", "memory", "nats-embedded", "nats", "tls", "redis", "rediss", "unix":
		return nil
	}
	return fmt.Errorf("versions cannot be kept at an address that begins with %q", scheme)
}

// host is what may be said of an address in an error.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the address given"
	}
	return u.Host + u.Path
}

// manyTries is how often a change is tried again that another was quicker with.
const manyTries = 100

var errContended = errors.New("a version could not be changed: others were always quicker")

func decodeCursor(body []byte) (changes.Cursor, error) {
	var cursor changes.Cursor
	err := json.Unmarshal(body, &cursor)
	return cursor, err
}
