package identity

import (
	"crypto/sha256"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// remembered is how many verified tokens are kept.
const remembered = 10_000

type mark [sha256.Size]byte

// memory keeps who was verified a moment ago. It knows tokens by their hash only.
type memory struct{ known *lru.Cache[mark, memo] }

type memo struct {
	principal Principal
	until     time.Time
}

func newMemory() *memory {
	known, err := lru.New[mark, memo](remembered)
	if err != nil { // only a size of nothing is an error
		panic(err)
	}
	return &memory{known}
}

func (m *memory) recall(token mark, now time.Time) (Principal, bool) {
	found, ok := m.known.Get(token)
	if !ok || !now.Before(found.until) {
		return Principal{}, false
	}
	return found.principal, true
}

func (m *memory) keep(token mark, principal Principal, until time.Time) {
	m.known.Add(token, memo{principal, until})
}
