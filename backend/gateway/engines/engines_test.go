package engines_test

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"billfold/backend/gateway/changes"
	"billfold/backend/gateway/engines"
)

// engine is one of the ways to keep versions. open gives a store of the same
// versions each time, as another replica would have.
type engine struct {
	open func(t *testing.T) changes.Store
}

func mustOpen(t *testing.T, address string) changes.Store {
	t.Helper()
	store, err := engines.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

func all(t *testing.T) map[string]engine {
	t.Helper()
	shared := changes.NewMemory()
	folder := t.TempDir()
	var embedded changes.Store
	elsewhere, redis := mustStartNATS(t), mustStartRedis(t)
	return map[string]engine{
		"memory": {open: func(*testing.T) changes.Store { return shared }},
		"embedded NATS": {open: func(t *testing.T) changes.Store {
			if embedded == nil { // a second server could not have the folder
				var err error
				if embedded, err = engines.Open(context.Background(), "nats-embedded:"+folder); err != nil {
					t.Fatal(err)
				}
			}
			return embedded
		}},
		"NATS":  {open: func(t *testing.T) changes.Store { return mustOpen(t, elsewhere) }},
		"Redis": {open: func(t *testing.T) changes.Store { return mustOpen(t, redis) }},
	}
}

// mustStartNATS starts a real server that listens on loopback.
func mustStartNATS(tb testing.TB) string {
	tb.Helper()
	made, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: tb.TempDir(), NoSigs: true, NoLog: true})
	if err != nil {
		tb.Fatal(err)
	}
	go made.Start()
	if !made.ReadyForConnections(10 * time.Second) {
		tb.Fatal("NATS did not start")
	}
	tb.Cleanup(func() {
		made.Shutdown()
		made.WaitForShutdown()
	})
	return made.ClientURL()
}

// mustStartRedis starts a real redis-server behind a socket.
func mustStartRedis(tb testing.TB) string {
	tb.Helper()
	socket := filepath.Join(tb.TempDir(), "redis.sock")
	process := exec.Command("redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no")
	if err := process.Start(); err != nil {
		tb.Fatalf("redis-server (Debian package redis-server): %v", err)
	}
	tb.Cleanup(func() {
		_ = process.Process.Kill() // ends it; Wait reports the kill
		_ = process.Wait()
	})
	for tb.Context().Err() == nil {
		connection, err := net.Dial("unix", socket)
		if err == nil {
			_ = connection.Close()
			return "unix://" + socket
		}
		time.Sleep(2 * time.Millisecond) // between two looks
	}
	tb.Fatal("redis-server did not start")
	return ""
}

// TestEveryEngineKeepsThePromises is what the gateway relies on.
func TestEveryEngineKeepsThePromises(t *testing.T) {
	for name, e := range all(t) {
		t.Run(name, func(t *testing.T) {
			one, other := e.open(t), e.open(t)
			for promise, check := range promises {
				t.Run(promise, func(t *testing.T) { check(t, one, other) })
			}
		})
	}
}

var promises = map[string]func(t *testing.T, one, other changes.Store){
	"a version is made once and stays": func(t *testing.T, one, other changes.Store) {
		epoch, state := read(t, one, "cus_stays")
		again, same := read(t, other, "cus_stays")
		if epoch == "" || epoch != again || state.Version == "" || state.Version != same.Version {
			t.Errorf("%s %+v, %s %+v", epoch, state, again, same)
		}
		if _, neighbour := read(t, one, "cus_stays2"); neighbour.Version == state.Version {
			t.Error("two customers have one version")
		}
	},
	"everybody reads the first version that was made": func(t *testing.T, one, other changes.Store) {
		found := map[string]bool{}
		var mu sync.Mutex
		var together sync.WaitGroup
		for i := range 20 {
			together.Go(func() {
				_, state := read(t, []changes.Store{one, other}[i%2], "cus_rush")
				mu.Lock()
				defer mu.Unlock()
				found[state.Version] = true
			})
		}
		together.Wait()
		if len(found) != 1 {
			t.Errorf("%d versions", len(found))
		}
	},
	"a bump makes a version that never was": func(t *testing.T, one, other changes.Store) {
		_, state := read(t, one, "cus_bump")
		seen := map[string]bool{state.Version: true}
		for i := range 40 {
			bump(t, one, "cus_bump", changes.Change{Object: "invoice", ID: fmt.Sprint("in_", i)})
			_, state := read(t, other, "cus_bump")
			if seen[state.Version] {
				t.Fatal("a version came twice")
			}
			seen[state.Version] = true
		}
		_, state = read(t, other, "cus_bump")
		if len(state.Log) != 32 || state.Log[31].Changed[0].ID != "in_39" || state.Log[0].Changed[0].ID != "in_8" {
			t.Errorf("%+v", state.Log)
		}
	},
	"no bump is lost": func(t *testing.T, one, other changes.Store) {
		var together sync.WaitGroup
		for i := range 24 {
			together.Go(func() {
				bump(t, []changes.Store{one, other}[i%2], "cus_many", changes.Change{Object: "charge", ID: fmt.Sprint("ch_", i)})
			})
		}
		together.Wait()
		_, state := read(t, one, "cus_many")
		var got []string
		for _, step := range state.Log {
			got = append(got, step.Changed[0].ID)
		}
		slices.Sort(got)
		if len(slices.Compact(got)) != 24 {
			t.Errorf("%q", got)
		}
	},
	"a new epoch is everybody's": func(t *testing.T, one, other changes.Store) {
		before, state := read(t, other, "cus_epoch")
		if err := one.NewEpoch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after, same := read(t, other, "cus_epoch"); after == before || same.Version != state.Version {
			t.Errorf("%s stayed %s", before, after)
		}
	},
	"a name is claimed once": func(t *testing.T, one, other changes.Store) {
		if claimed, err := other.Claimed(t.Context(), "event_once"); claimed || err != nil {
			t.Errorf("%v %v", claimed, err)
		}
		wins := make(chan bool, 40)
		var together sync.WaitGroup
		for i := range 40 {
			together.Go(func() { wins <- once(t, []changes.Store{one, other}[i%2], "event_once", time.Hour) })
		}
		together.Wait()
		close(wins)
		count := 0
		for won := range wins {
			if won {
				count++
			}
		}
		claimed, err := other.Claimed(t.Context(), "event_once")
		if count != 1 || !claimed || err != nil {
			t.Errorf("%d winners, claimed %v %v", count, claimed, err)
		}
	},
	"a claim ends": func(t *testing.T, one, other changes.Store) {
		if !once(t, one, "lease_short", time.Second) || once(t, other, "lease_short", time.Second) {
			t.Fatal("the lease is not one's own")
		}
		for !once(t, other, "lease_short", time.Second) {
			time.Sleep(20 * time.Millisecond) // between two looks; the test's own end is the limit
		}
	},
	"the cursor is kept": func(t *testing.T, one, other changes.Store) {
		want := changes.Cursor{ID: "evt_1", Created: 5, At: 7}
		if err := one.SetCursor(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		if got, err := other.Cursor(t.Context()); got != want || err != nil {
			t.Errorf("%+v %v", got, err)
		}
	},
	"a watch tells of others' bumps": func(t *testing.T, one, other changes.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		told, ended := make(chan string, 100), make(chan error, 1)
		go func() { ended <- other.Watch(ctx, func(customer string) { told <- customer }) }()
		for heard := ""; heard != "cus_watch"; {
			bump(t, one, "cus_watch") // again, until the watch has begun
			select {
			case heard = <-told:
			case <-time.After(50 * time.Millisecond):
			}
		}
		if err := one.NewEpoch(ctx); err != nil {
			t.Fatal(err)
		}
		for heard := "x"; heard != ""; {
			heard = <-told
		}
		cancel()
		if err := <-ended; err == nil {
			t.Error("the watch ends without saying why")
		}
	},
}

func read(t *testing.T, store changes.Store, customer string) (string, changes.State) {
	t.Helper()
	epoch, state, err := store.Read(t.Context(), customer)
	if err != nil {
		t.Error(err)
	}
	return epoch, state
}

func bump(t *testing.T, store changes.Store, customer string, changed ...changes.Change) {
	t.Helper()
	if err := store.Bump(t.Context(), customer, changed...); err != nil {
		t.Error(err)
	}
}

func once(t *testing.T, store changes.Store, name string, within time.Duration) bool {
	t.Helper()
	won, err := store.Once(t.Context(), name, within)
	if err != nil {
		t.Error(err)
	}
	return won
}

// TestAStoreThatWasLostHasNoOldVersion: a restart with nothing kept, or a key that
// was dropped, makes everybody's version an old one.
func TestAStoreThatWasLostHasNoOldVersion(t *testing.T) {
	tag := func(store changes.Store) string {
		epoch, state := read(t, store, "cus_lost")
		return epoch + "." + state.Version
	}
	redis := mustStartRedis(t)
	for name, lose := range map[string]func(changes.Store) changes.Store{
		"memory, restarted": func(changes.Store) changes.Store { return changes.NewMemory() },
		"Redis, flushed": func(store changes.Store) changes.Store {
			mustRun(t, "redis-cli", "-s", redis[len("unix://"):], "flushall")
			return store
		},
		"Redis, one key dropped": func(store changes.Store) changes.Store {
			mustRun(t, "redis-cli", "-s", redis[len("unix://"):], "del", "billfold:version:cus_lost")
			return store
		},
		"embedded NATS in a new folder": func(changes.Store) changes.Store { return mustOpen(t, "nats-embedded:"+t.TempDir()) },
	} {
		store := mustOpen(t, redis)
		before := tag(store)
		for range 3 {
			if after := tag(lose(store)); after == before {
				t.Errorf("%s: the version is as before", name)
			}
		}
	}
	folder := t.TempDir()
	first := mustOpen(t, "nats-embedded:"+folder)
	before := tag(first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if after := tag(mustOpen(t, "nats-embedded:"+folder)); after != before {
		t.Error("a restart with its folder costs everybody a pull")
	}
}

func mustRun(t *testing.T, name string, arguments ...string) {
	t.Helper()
	if out, err := exec.Command(name, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, address := range []string{
		"postgres://a", "nats://user:secret@127.0.0.1:1", "redis://user:secret@127.0.0.1:1", "nats-embedded:", "redis://[", "unix:///none/secret.sock",
	} {
		store, err := engines.Open(t.Context(), address)
		if err == nil {
			_ = store.Close()
			t.Errorf("%s is taken", address)
		} else if strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func BenchmarkEngines(b *testing.B) {
	addresses := map[string]string{
		"memory": "memory:", "embedded-nats": "nats-embedded:" + b.TempDir(), "nats": mustStartNATS(b), "redis": mustStartRedis(b),
	}
	for name, address := range addresses {
		store, err := engines.Open(context.Background(), address)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name+"/read", func(b *testing.B) {
			for b.Loop() {
				if _, _, err := store.Read(b.Context(), "cus_bench"); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/bump", func(b *testing.B) {
			for b.Loop() {
				if err := store.Bump(b.Context(), "cus_bench", changes.Change{Object: "invoice", ID: "in_1"}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/seen", func(b *testing.B) { benchmarkSeen(b, store) })
		_ = store.Close()
	}
}

// benchmarkSeen measures from a bump to where a watch tells of it.
func benchmarkSeen(b *testing.B, store changes.Store) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	told := make(chan string, 1000)
	go func() { _ = store.Watch(ctx, func(customer string) { told <- customer }) }()
	for heard := false; !heard; {
		_ = store.Bump(ctx, "cus_seen")
		select {
		case <-told:
			heard = true
		case <-time.After(10 * time.Millisecond):
		}
	}
	for b.Loop() {
		for len(told) > 0 {
			<-told
		}
		_ = store.Bump(ctx, "cus_seen")
		<-told
	}
}
