package instance_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"billfold/backend/billing"
	"billfold/backend/instance"
)

func answered(r instance.Request) instance.Reply {
	return instance.Reply{Program: "web", URL: "seen:" + r.Open}
}

// claimed takes the place in a new folder, for the time of the test.
func claimed(t *testing.T) (string, *instance.Instance) {
	t.Helper()
	dir := t.TempDir()
	place, err := instance.Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = place.Close() })
	return dir, place
}

func knock(t *testing.T, dir string) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", filepath.Join(dir, "instance.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestOfManyStartsAtOnceOneGetsThePlace(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		var places, replies atomic.Int32
		var first atomic.Pointer[instance.Instance]
		var starts sync.WaitGroup
		for range 12 {
			starts.Go(func() {
				place, reply, err := instance.Enter(t.Context(), dir, instance.Request{Open: "invoices"})
				switch {
				case err != nil:
					t.Errorf("Enter: %v", err)
				case place != nil:
					places.Add(1)
					first.Store(place)
					place.Serve(answered)
				case reply.URL == "seen:invoices":
					replies.Add(1)
				}
			})
		}
		starts.Wait()
		if places.Load() != 1 || replies.Load() != 11 {
			t.Fatalf("%d got the place, %d handed over", places.Load(), replies.Load())
		}
		if err := first.Load().Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPlacePassesOnWhenTheFirstLeaves has starts arrive while the first one ends,
// again and again: each is met or becomes the first itself, and none is lost.
func TestPlacePassesOnWhenTheFirstLeaves(t *testing.T) {
	dir := t.TempDir()
	var starts sync.WaitGroup
	var met, first atomic.Int32
	for range 6 {
		starts.Go(func() {
			for range 25 {
				place, reply, err := instance.Enter(t.Context(), dir, instance.Request{Open: "standing"})
				if err != nil {
					t.Errorf("Enter: %v", err)
					return
				}
				if place == nil {
					if reply.URL != "seen:standing" {
						t.Errorf("reply %+v", reply)
					}
					met.Add(1)
					continue
				}
				first.Add(1)
				place.Serve(answered)
				place.Leave()
				if err := place.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			}
		})
	}
	starts.Wait()
	if met.Load()+first.Load() != 150 || first.Load() == 0 {
		t.Errorf("%d were met, %d were first, of 150", met.Load(), first.Load())
	}
}

func TestTwoHundredHandOversAreMetInTurn(t *testing.T) {
	dir, place := claimed(t)
	var seen []string
	place.Serve(func(r instance.Request) instance.Reply { seen = append(seen, r.Open); return answered(r) })
	for n := range 200 {
		wanted := fmt.Sprintf("invoices/in_%d", n)
		if reply, err := instance.HandOver(t.Context(), dir, instance.Request{Open: wanted}); err != nil || reply.URL != "seen:"+wanted {
			t.Fatalf("HandOver = %+v, %v", reply, err)
		}
	}
	if len(seen) != 200 || seen[0] != "invoices/in_0" || seen[199] != "invoices/in_199" {
		t.Errorf("seen %d", len(seen))
	}
}

func TestWhoeverSaysNothingKeepsNobodyWaiting(t *testing.T) {
	for name, many := range map[string]int{"a few": 8, "more than are listened to": 4 * instance.AtOnce} {
		t.Run(name, func(t *testing.T) {
			dir, place := claimed(t)
			place.Serve(answered)
			for range many {
				_, _ = knock(t, dir).Write([]byte(`{"version":`))
			}
			if reply, err := instance.HandOver(t.Context(), dir, instance.Request{Open: "invoices"}); err != nil || reply.URL != "seen:invoices" {
				t.Errorf("HandOver = %+v, %v", reply, err)
			}
		})
	}
}

func TestWishesWaitUntilTheFirstStartIsReady(t *testing.T) {
	dir, place := claimed(t)
	conn := knock(t, dir)
	if _, err := conn.Write([]byte(`{"version":1,"open":"standing"}` + "\n")); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(conn)
	if sign, err := said.ReadByte(); err != nil || sign != '\n' {
		t.Fatalf("a first start that starts gives no sign: %q, %v", sign, err)
	}
	place.Serve(answered)
	if line, err := said.ReadString('\n'); err != nil || !strings.Contains(line, "seen:standing") {
		t.Errorf("then it says %q, %v", line, err)
	}
}

func TestNobodyIsToldApart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "never", "used")
	if _, err := instance.HandOver(t.Context(), dir, instance.Request{}); !errors.Is(err, instance.ErrNobody) {
		t.Errorf("HandOver = %v, want ErrNobody", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("asking left something behind: %v", err)
	}
}

func TestAnotherVersionIsNamed(t *testing.T) {
	dir, place := claimed(t)
	place.Serve(func(instance.Request) instance.Reply {
		t.Error("the request was met")
		return instance.Reply{}
	})
	conn := knock(t, dir)
	if _, err := conn.Write([]byte(`{"version":99,"open":"invoices"}` + "\n")); err != nil {
		t.Fatal(err)
	}
	if said, err := io.ReadAll(conn); err != nil || !strings.Contains(string(said), "another version. Close it") {
		t.Errorf("it says %q, %v", said, err)
	}
}

func TestRequestThatCannotBeMetIsSaidInWords(t *testing.T) {
	dir, place := claimed(t)
	place.Serve(func(instance.Request) instance.Reply { return instance.Reply{Problem: "Nobody is signed in as that."} })
	_, err := instance.HandOver(t.Context(), dir, instance.Request{})
	if billing.CodeOf(err) != billing.CodeBusy || billing.MessageOf(err) != "Nobody is signed in as that." {
		t.Errorf("HandOver = %v", err)
	}
}

// TestFolderThatOthersSeeIsNotListenedIn is about the temporary folder, which under
// a long path holds the socket: somebody else may have made ours there first.
func TestFolderThatOthersSeeIsNotListenedIn(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary)
	theirs := filepath.Join(temporary, fmt.Sprintf("billfold-%d", os.Getuid()))
	if err := os.Mkdir(theirs, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(theirs, 0o755); err != nil { //nolint:gosec // what is to be refused
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if _, err := instance.Claim(dir); err == nil || !strings.Contains(err.Error(), "not a private folder") {
		t.Errorf("Claim = %v", err)
	}
	if err := os.Chmod(theirs, 0o700); err != nil {
		t.Fatal(err)
	}
	place, err := instance.Claim(dir)
	if err != nil {
		t.Fatalf("the lock was kept: %v", err)
	}
	if err := place.Close(); err != nil {
		t.Error(err)
	}
}
