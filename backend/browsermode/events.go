package browsermode

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// heartbeat keeps a stream alive through whatever forwards the port.
const heartbeat = 15 * time.Second

// events streams what Subscribe tells, until the page goes or the server ends.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	stream := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	s.presence.stream(+1)
	defer s.presence.stream(-1)

	waiting := newMailbox()
	stop := s.config.Companion.Subscribe(waiting.put)
	defer stop()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	message := ": hello\n\n"
	for {
		if _, err := io.WriteString(w, message); err != nil || stream.Flush() != nil {
			return
		}
		select {
		case <-waiting.bell:
			message = waiting.take()
		case <-beat.C:
			message = ": still here\n\n"
		case <-r.Context().Done():
			return
		case <-s.quit:
			return
		}
	}
}

// mailbox keeps each event once until it is taken: a page that reads slowly
// learns late of a change, but never misses the last one.
type mailbox struct {
	mu     sync.Mutex
	events []string
	bell   chan struct{}
}

func newMailbox() *mailbox { return &mailbox{bell: make(chan struct{}, 1)} }

func (m *mailbox) put(event string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, waiting := range m.events {
		if waiting == event {
			return
		}
	}
	m.events = append(m.events, event)
	select {
	case m.bell <- struct{}{}:
	default:
	}
}

// take empties the box, written as server-sent events.
func (m *mailbox) take() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var message string
	for _, event := range m.events {
		message += "event: " + event + "\ndata: {}\n\n"
	}
	m.events = nil
	return message
}
