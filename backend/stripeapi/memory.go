package stripeapi

import (
	"container/list"
	"net/http"
	"sync"
)

// memory keeps the latest validated answers that came with an ETag, so that the
// server can answer 304. It holds nothing that was not decoded and found to be
// this customer's: a broken answer must not be replayed for ever.
type memory struct {
	mu     sync.Mutex
	byURL  map[string]*list.Element
	recent *list.List // of *memorized, latest first
	bytes  int
}

type memorized struct {
	url, tag string
	body     []byte
}

const (
	maxMemory    = 4 << 20
	maxMemorized = 512 << 10
)

func newMemory() *memory {
	return &memory{byURL: map[string]*list.Element{}, recent: list.New()}
}

// ask adds the condition to a request whose answer is kept, and gives what is kept.
func (m *memory) ask(request *http.Request) *memorized {
	if request.Method != http.MethodGet || wantsThrough(request.Context()) {
		return nil
	}
	if since, ok := request.Context().Value(sinceKey{}).(string); ok {
		// The version is kept with what it stands for, and not here.
		if since != "" {
			request.Header.Set("If-None-Match", `"`+since+`"`)
		}
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	element, ok := m.byURL[request.URL.String()]
	if !ok {
		return nil
	}
	m.recent.MoveToFront(element)
	kept := element.Value.(*memorized)
	request.Header.Set("If-None-Match", kept.tag)
	return kept
}

// keeper gives the function that keeps this answer, or nil when it is not one to
// be kept.
func (m *memory) keeper(request *http.Request, response *http.Response, body []byte) func() {
	tag := response.Header.Get("Etag")
	if request.Method != http.MethodGet || tag == "" || len(body) > maxMemorized {
		return nil
	}
	url := request.URL.String()
	return func() { m.keep(&memorized{url: url, tag: tag, body: body}) }
}

func (m *memory) keep(entry *memorized) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.byURL[entry.url]; ok {
		m.drop(old)
	}
	m.byURL[entry.url] = m.recent.PushFront(entry)
	m.bytes += len(entry.body)
	for m.bytes > maxMemory {
		m.drop(m.recent.Back())
	}
}

func (m *memory) drop(element *list.Element) {
	entry := m.recent.Remove(element).(*memorized)
	delete(m.byURL, entry.url)
	m.bytes -= len(entry.body)
}
