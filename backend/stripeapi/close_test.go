package stripeapi_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"billfold/backend/stripeapi"
)

func TestCloseLetsGoOfConnections(t *testing.T) {
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"object":"list","data":[],"has_more":false,"url":"/v1/x"}`))
	}))
	server.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		open[conn] = state != http.StateClosed
	}
	server.Start()
	defer server.Close()
	client, err := stripeapi.New(stripeapi.Config{
		URL: server.URL, Customer: "cus_1", Token: func(context.Context) (string, error) { return "sk_test_1", nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.TaxIDs(t.Context()); err != nil {
		t.Fatal(err)
	}
	count := func() (held int) {
		mu.Lock()
		defer mu.Unlock()
		for _, isOpen := range open {
			if isOpen {
				held++
			}
		}
		return held
	}
	if count() == 0 {
		t.Fatal("no connection was kept for the next request")
	}
	client.Close()
	for deadline := time.Now().Add(20 * time.Second); count() > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are still open", count())
		}
	}
}
