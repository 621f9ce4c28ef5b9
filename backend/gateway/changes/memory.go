package changes

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// memorized is how many customers a process keeps versions of. Who falls out
	// gets a new version when they come again, and pulls in full.
	memorized = 100_000
	// claims is how many names are kept claimed.
	claims = 50_000
)

// memory is the Store of one replica.
type memory struct {
	mu      sync.Mutex
	epoch   string
	states  *lru.Cache[string, State]
	claimed *lru.Cache[string, time.Time]
	cursor  Cursor
	tells   map[int]func(string)
	next    int
	closed  chan struct{}
	once    sync.Once
}

// NewMemory makes a store in the memory of this process.
func NewMemory() Store {
	states, err := lru.New[string, State](memorized)
	if err != nil { // only a size of nothing is an error
		panic(err)
	}
	claimed, err := lru.New[string, time.Time](claims)
	if err != nil {
		panic(err)
	}
	return &memory{
		epoch: NewEpochName(), states: states, claimed: claimed, tells: map[int]func(string){}, closed: make(chan struct{}),
	}
}

func (m *memory) Read(_ context.Context, customer string) (string, State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.epoch, m.state(customer), nil
}

func (m *memory) state(customer string) State {
	state, ok := m.states.Get(customer)
	if !ok {
		state = NewState()
		m.states.Add(customer, state)
	}
	return state
}

func (m *memory) Bump(_ context.Context, customer string, changed ...Change) error {
	m.mu.Lock()
	m.states.Add(customer, m.state(customer).Next(changed...))
	m.mu.Unlock()
	m.tell(customer)
	return nil
}

func (m *memory) tell(customer string) {
	m.mu.Lock()
	tells := make([]func(string), 0, len(m.tells))
	for _, tell := range m.tells {
		tells = append(tells, tell)
	}
	m.mu.Unlock()
	for _, tell := range tells {
		tell(customer)
	}
}

func (m *memory) NewEpoch(context.Context) error {
	m.mu.Lock()
	m.epoch = NewEpochName()
	m.mu.Unlock()
	m.tell("")
	return nil
}

func (m *memory) Once(_ context.Context, name string, within time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if until, ok := m.claimed.Get(name); ok && time.Now().Before(until) {
		return false, nil
	}
	m.claimed.Add(name, time.Now().Add(within))
	return true, nil
}

func (m *memory) Claimed(_ context.Context, name string) (bool, error) {
	until, ok := m.claimed.Get(name)
	return ok && time.Now().Before(until), nil
}

func (m *memory) Cursor(context.Context) (Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cursor, nil
}

func (m *memory) SetCursor(_ context.Context, cursor Cursor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursor = cursor
	return nil
}

func (m *memory) Watch(ctx context.Context, tell func(string)) error {
	m.mu.Lock()
	at := m.next
	m.next++
	m.tells[at] = tell
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.tells, at)
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-m.closed:
		return ErrGone
	}
}

func (m *memory) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}
