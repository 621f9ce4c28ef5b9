package samplevendor

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// messenger brings events to the gateway, one after the other and aside: the gateway
// may ask the sandbox about one, which is busy making the next.
type messenger struct {
	url    string
	client *http.Client

	mu      sync.Mutex
	bag     []message
	ready   bool
	knock   chan struct{} // holds one
	ctx     context.Context
	stop    context.CancelFunc
	walking sync.WaitGroup
}

type message struct {
	body      []byte
	signature string
}

func newMessenger(url string) *messenger {
	ctx, stop := context.WithCancel(context.Background())
	return &messenger{
		url: url, client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1}},
		knock: make(chan struct{}, 1), ctx: ctx, stop: stop,
	}
}

// take takes an event along. What came before the gateway was there is in no version
// that anybody has.
func (m *messenger) take(body []byte, signature string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.ready {
		return
	}
	m.bag = append(m.bag, message{body, signature})
	select {
	case m.knock <- struct{}{}:
	default: // it is walking already
	}
}

// start begins to walk.
func (m *messenger) start() {
	m.mu.Lock()
	m.ready = true
	m.mu.Unlock()
	m.walking.Go(func() {
		for {
			select {
			case <-m.knock:
				m.empty()
			case <-m.ctx.Done():
				return
			}
		}
	})
}

// empty delivers all that is there.
func (m *messenger) empty() {
	for {
		m.mu.Lock()
		if len(m.bag) == 0 || m.ctx.Err() != nil {
			m.mu.Unlock()
			return
		}
		next := m.bag[0]
		m.bag = m.bag[1:]
		m.mu.Unlock()
		m.deliver(next)
	}
}

func (m *messenger) deliver(what message) {
	request, err := http.NewRequestWithContext(m.ctx, http.MethodPost, m.url, bytes.NewReader(what.body))
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("Stripe-Signature", what.signature)
	response, err := m.client.Do(request)
	if err != nil {
		return // the gateway is ending
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
}

// close stops walking.
func (m *messenger) close() {
	m.stop()
	m.walking.Wait()
	m.client.CloseIdleConnections()
}
