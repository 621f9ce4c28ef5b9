package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"billfold/backend/mirror"
	"billfold/backend/sandbox"
	"billfold/backend/sqlite"
	"billfold/backend/stripeapi"
)

// crowd is how many companions are simulated; BILLFOLD_COMPANIONS asks for more.
func crowd(t *testing.T) int {
	asked := os.Getenv("BILLFOLD_COMPANIONS")
	if asked == "" {
		return 100
	}
	count, err := strconv.Atoi(asked)
	if err != nil || count < 100 {
		t.Fatal("BILLFOLD_COMPANIONS is a number from 100")
	}
	return count
}

// fleet are two replicas of the gateway behind a load balancer, which share an
// engine, and everybody who asks them.
type fleet struct {
	*testing.T
	sandbox  *sandbox.Sandbox
	issuer   string
	token    func(customer string) string
	engine   string
	balancer *httptest.Server
	turn     atomic.Int64
	mu       sync.Mutex
	replicas []*gateway
	reads    []time.Time // what reached Stripe of them, but for the events
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{T: t}
	f.balancer = httptest.NewServer(http.HandlerFunc(f.balance))
	t.Cleanup(f.balancer.Close)
	var err error
	f.sandbox, err = sandbox.Start(t.Context(), sandbox.Options{
		Wrap: f.count, Webhook: sandbox.WebhookOptions{URL: f.balancer.URL + "/webhooks/stripe"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.sandbox.Close() })
	f.issuer, f.token = issuer(t)
	f.engine = mustStartNATS(t)
	return f
}

// mustStartNATS starts a real server that listens on loopback.
func mustStartNATS(t *testing.T) string {
	t.Helper()
	made, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	go made.Start()
	if !made.ReadyForConnections(20 * time.Second) {
		t.Fatal("NATS did not start")
	}
	t.Cleanup(func() {
		made.Shutdown()
		made.WaitForShutdown()
	})
	return made.ClientURL()
}

func (f *fleet) count(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/v1/") && r.URL.Path != "/v1/events" {
			f.mu.Lock()
			f.reads = append(f.reads, time.Now())
			f.mu.Unlock()
		}
		inner.ServeHTTP(w, r)
	})
}

// balance gives each request to the next replica. One that does not answer fails the
// requests that are on their way to it, and gets no more.
func (f *fleet) balance(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	replicas := f.replicas
	f.mu.Unlock()
	if len(replicas) == 0 {
		http.Error(w, "nobody", http.StatusBadGateway)
		return
	}
	chosen := replicas[f.turn.Add(1)%int64(len(replicas))]
	to, err := url.Parse(chosen.companions)
	if err != nil {
		f.Error(err)
		return
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		f.drop(chosen)
		w.WriteHeader(http.StatusBadGateway)
	}
	proxy.ServeHTTP(w, r)
}

func (f *fleet) drop(dead *gateway) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.replicas = slices.DeleteFunc(slices.Clone(f.replicas), func(g *gateway) bool { return g == dead })
}

// begin starts replicas with these limits in place of those that are there.
func (f *fleet) begin(count int, limits string) {
	f.Helper()
	f.mu.Lock()
	before := f.replicas
	f.mu.Unlock()
	var started []*gateway
	for range count {
		started = append(started, mustStart(f.T, []string{"BILLFOLD_STRIPE_KEY=" + f.sandbox.Key(), "BILLFOLD_WEBHOOK_SECRET=" + f.sandbox.WebhookSecret()}, `{
			"public_url": "https://billing.example.com", "versions": "`+f.engine+`", "reconcile_every": "1s", "limits": `+limits+`,
			"stripe": {"url": "`+f.sandbox.URL()+`"}, "sign_in": {"issuer": "`+f.issuer+`", "audience": "billing", "claim": "customer"}
		}`))
	}
	for _, one := range started {
		for ready := 0; ready != http.StatusOK; {
			ready, _ = get(f.T, one.companions+"/readyz", "")
		}
	}
	f.mu.Lock()
	f.replicas = started
	f.mu.Unlock()
	for _, one := range before {
		_ = one.process.Process.Kill()
	}
}

func (f *fleet) merchant(path string, pairs ...string) map[string]any {
	f.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, f.sandbox.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		f.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+f.sandbox.Key())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	var object map[string]any
	if json.Unmarshal(body, &object) != nil || response.StatusCode != http.StatusOK {
		f.Fatalf("%s: %d %s", path, response.StatusCode, body)
	}
	return object
}

// companion is one subscriber's: a client and a file that stay open, as in a window.
type companion struct {
	customer string
	api      *stripeapi.Client
	cache    *sqlite.Cache
	retried  int
}

func (f *fleet) companion(customer string, wire http.RoundTripper) *companion {
	f.Helper()
	var mu sync.Mutex
	var token string
	var from time.Time
	api, err := stripeapi.New(stripeapi.Config{
		URL: f.balancer.URL, Customer: customer, Gateway: true, Transport: wire,
		Token: func(context.Context) (string, error) {
			mu.Lock()
			defer mu.Unlock()
			if time.Since(from) > 5*time.Minute { // half of its life
				token, from = f.token(customer), time.Now()
			}
			return token, nil
		},
	})
	if err != nil {
		f.Fatal(err)
	}
	cache, err := sqlite.Open(f.Context(), filepath.Join(f.TempDir(), "billing.db"))
	if err != nil {
		f.Fatal(err)
	}
	return &companion{customer: customer, api: api, cache: cache}
}

// pull pulls as the app does: what fails is tried again a little later.
func (c *companion) pull(ctx context.Context) (name string, err error) {
	for try := 0; ; try++ {
		if _, err = mirror.Pull(ctx, mirror.Source{API: c.api, Cache: c.cache}, false); err == nil || try == 5 {
			break
		}
		c.retried++
		time.Sleep(200 * time.Millisecond)
	}
	if err != nil {
		return "", err
	}
	account, err := c.cache.Account(ctx)
	return account.Customer.Name, err
}

// everybody has all pull, sixteen at a time and in any order; during is called with
// how many have begun.
func (f *fleet) everybody(all []*companion, during func(begun int)) map[string]string {
	f.Helper()
	names, work := map[string]string{}, make(chan *companion)
	var mu sync.Mutex
	var together sync.WaitGroup
	for range 16 {
		together.Go(func() {
			for one := range work {
				name, err := one.pull(f.Context())
				if err != nil {
					f.Errorf("a pull failed for good: %v", err)
				}
				mu.Lock()
				names[one.customer] = name
				mu.Unlock()
			}
		})
	}
	for i, at := range rand.Perm(len(all)) {
		if during != nil {
			during(i)
		}
		work <- all[at]
	}
	close(work)
	together.Wait()
	return names
}

// closeAll closes the files, many at a time: the disk is waited for.
func (f *fleet) closeAll(all []*companion) {
	var together sync.WaitGroup
	slots := make(chan struct{}, 32)
	for _, one := range all {
		slots <- struct{}{}
		together.Go(func() {
			if err := one.cache.Close(); err != nil {
				f.Error(err)
			}
			<-slots
		})
	}
	together.Wait()
}

// calm has everybody pull until nothing is new: the gateway hears of the customers
// that were made, too.
func (f *fleet) calm(all []*companion) {
	f.Helper()
	for range 50 {
		f.takeReads()
		f.everybody(all, nil)
		if len(f.takeReads()) == 0 {
			return
		}
	}
	f.Fatal("it is never calm")
}

func (f *fleet) takeReads() []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.reads
	f.reads = nil
	return taken
}

// unboundedLimits are for the beginning, which is not measured.
const unboundedLimits = `{"stripe_per_second": 1000000, "stripe_at_once": 32}`

// TestACrowdOfCompanionsCostsTheMerchantLittle lets a crowd poll once in a quarter of
// an hour that is one moment here, while one in a hundred changes and one of two
// replicas is killed. Reads upstream stay within eight for each that changed and one
// for each hundred, the budget is kept, no pull fails for good, and after the next
// poll nobody is stale.
func TestACrowdOfCompanionsCostsTheMerchantLittle(t *testing.T) {
	f, count := newFleet(t), crowd(t)
	wire := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(wire.CloseIdleConnections)
	f.begin(2, unboundedLimits)
	names := make(map[string]string, count)
	all := make([]*companion, count)
	for i := range all {
		name := fmt.Sprintf("Person %d", i)
		id, _ := f.merchant("/v1/customers", "name", name)["id"].(string)
		all[i], names[id] = f.companion(id, wire), name
	}
	t.Cleanup(func() { f.closeAll(all) })
	f.calm(all)
	f.begin(2, `{}`)

	changed := map[string]bool{}
	f.everybody(all, func(begun int) {
		if begun%100 == 30 {
			one := all[rand.IntN(len(all))]
			names[one.customer] = fmt.Sprintf("Renamed %d", begun)
			f.merchant("/v1/customers/"+one.customer, "name", names[one.customer])
			changed[one.customer] = true
		}
		if begun == count/2 {
			f.mu.Lock()
			victim := f.replicas[0]
			f.mu.Unlock()
			if err := victim.process.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	})
	f.settle(all, changed, names)

	for customer, name := range f.everybody(all, nil) {
		if name != names[customer] {
			t.Errorf("%s is stale: %q, not %q", customer, name, names[customer])
		}
	}
	reads, retried := f.takeReads(), 0
	for _, one := range all {
		retried += one.retried
	}
	if most := 8*len(changed) + count/100; len(reads) > most {
		t.Errorf("%d reads upstream, at most %d", len(reads), most)
	}
	if busiest := busiestSecond(reads); busiest > 2*(15+15) {
		t.Errorf("%d reads in one second", busiest)
	}
	t.Logf("%d companions, %d changed: %d reads upstream, at most %d in a second, %d pulls repeated",
		count, len(changed), len(reads), busiestSecond(reads), retried)
}

// settle waits until the gateway has heard of all that changed: by a webhook, or by
// the events that are read back.
func (f *fleet) settle(all []*companion, changed map[string]bool, names map[string]string) {
	f.Helper()
	for _, one := range all {
		for deadline := time.Now().Add(time.Minute); changed[one.customer]; time.Sleep(100 * time.Millisecond) {
			if name, err := one.pull(f.Context()); err != nil || name == names[one.customer] {
				break
			}
			if time.Now().After(deadline) {
				f.Fatalf("%s is never heard of", one.customer)
			}
		}
	}
}

// busiestSecond is the most that came within one second.
func busiestSecond(times []time.Time) (most int) {
	for i, from := 0, 0; i < len(times); i++ {
		for times[i].Sub(times[from]) >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}
