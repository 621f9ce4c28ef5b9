package main_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"billfold/backend/sandbox"
)

// program is the built binary.
var program string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "billfold-gateway")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "billfold-gateway")
	build := exec.Command("go", "build", "-ldflags", "-X main.version=1.2.3", "-o", program, ".")
	build.Stderr = os.Stderr
	code := 1
	if build.Run() == nil {
		code = m.Run()
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// ran is what a run that ends by itself left behind.
type ran struct {
	code           int
	stdout, stderr string
}

func run(t *testing.T, environment []string, arguments ...string) ran {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Stdout, command.Stderr, command.Env = &stdout, &stderr, environment
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ran{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func mustWrite(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	goodKey  = "BILLFOLD_STRIPE_KEY=rk_test_1"
	goodFile = `{"public_url": "https://billing.example.com", "sign_in": {"issuer": "https://id.example.com", "audience": "billing", "claim": "customer"}}`
)

func TestConfigurationsThatAreNoneAreSaidInOneSentence(t *testing.T) {
	readable := mustWrite(t, "key", "rk_test_1", 0o644)
	for name, test := range map[string]struct {
		file        string
		environment []string
		arguments   []string
		says        string
	}{
		"no key":                  {goodFile, nil, nil, "the Stripe key is missing"},
		"a publishable key":       {goodFile, []string{"BILLFOLD_STRIPE_KEY=pk_test_1"}, nil, "must be a restricted key"},
		"a key in the file":       {strings.Replace(goodFile, "{", `{"stripe": {"key_file": "rk_live_123"}, `, 1), nil, nil, "holds a secret"},
		"a key others can read":   {strings.Replace(goodFile, "{", `{"stripe": {"key_file": "`+readable+`"}, `, 1), nil, nil, "make it 0600"},
		"a key as a flag":         {goodFile, nil, []string{"--stripe-key", "rk_test_1"}, "unknown flag"},
		"an unknown field":        {strings.Replace(goodFile, "{", `{"lissten": "x", `, 1), []string{goodKey}, nil, `unknown field "lissten"`},
		"no JSON":                 {"listen: x", []string{goodKey}, nil, "invalid character"},
		"no public address":       {strings.Replace(goodFile, "https://billing.example.com", "", 1), []string{goodKey}, nil, "public address is missing"},
		"a plain public address":  {strings.Replace(goodFile, "https://billing", "http://billing", 1), []string{goodKey}, nil, "must begin with https://"},
		"no issuer":               {strings.Replace(goodFile, "https://id.example.com", "", 1), []string{goodKey}, nil, "needs the issuer"},
		"a plain issuer":          {strings.Replace(goodFile, "https://id.", "http://id.", 1), []string{goodKey}, nil, "must be an https address"},
		"no way to customers":     {strings.Replace(goodFile, `"claim": "customer"`, `"claim": ""`, 1), []string{goodKey}, nil, "in one way"},
		"two ways to customers":   {strings.Replace(goodFile, `"claim"`, `"customers_file": "x", "claim"`, 1), []string{goodKey}, nil, "in one way"},
		"a query without a table": {strings.Replace(goodFile, `"claim": "customer"`, `"customers_query": "SELECT"`, 1), []string{goodKey}, nil, "takes a database"},
		"half of TLS":             {goodFile, []string{goodKey}, []string{"--tls-key", "x"}, "both a certificate and its key"},
		"no news at all":          {strings.Replace(goodFile, "{", `{"reconcile_every": "off", `, 1), []string{goodKey}, nil, "must be read back"},
		"a time that is none":     {strings.Replace(goodFile, "{", `{"reconcile_every": "soon", `, 1), []string{goodKey}, nil, "not a time"},
		"a webhook secret":        {goodFile, []string{goodKey, "BILLFOLD_WEBHOOK_SECRET=abc"}, nil, "must begin with whsec_"},
		"a proxy that is none":    {strings.Replace(goodFile, "{", `{"trusted_proxies": ["proxy"], `, 1), []string{goodKey}, nil, "not a network"},
		"an engine that is none":  {strings.Replace(goodFile, "{", `{"versions": "postgres://x", `, 1), []string{goodKey}, nil, "versions cannot be kept"},
		"a portal that is none":   {goodFile, []string{goodKey}, []string{"--portal-configuration", "x"}, "bpc_"},
		"an algorithm":            {strings.Replace(goodFile, `"claim"`, `"algorithms": ["HS256"], "claim"`, 1), []string{goodKey}, nil, "HS256"},
	} {
		t.Run(name, func(t *testing.T) {
			path := mustWrite(t, "gateway.json", test.file, 0o600)
			got := run(t, test.environment, append([]string{"--config", path, "--listen", "127.0.0.1:0", "--check"}, test.arguments...)...)
			if got.code == 0 || got.stdout != "" || strings.Count(got.stderr, "\n") != 1 || !strings.Contains(got.stderr, test.says) {
				t.Errorf("%+v", got)
			}
			if strings.Contains(got.stderr, "rk_") && name != "a publishable key" {
				t.Errorf("it repeats a key: %s", got.stderr)
			}
		})
	}
	path := mustWrite(t, "gateway.json", goodFile, 0o600)
	if got := run(t, []string{goodKey}, "--config", path, "--check"); got.code != 0 || got.stdout != "the configuration is good\n" {
		t.Errorf("%+v", got)
	}
	if got := run(t, nil, "--version"); got.stdout != "1.2.3\n" {
		t.Errorf("%+v", got)
	}
}

// issuer signs tokens on loopback.
func issuer(t *testing.T) (url string, token func(customer string) string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, Use: "sig"}}})
	})
	return server.URL, func(customer string) string {
		body, err := json.Marshal(map[string]any{"iss": server.URL, "aud": "billing", "sub": "ada", "customer": customer,
			"iat": time.Now().Unix(), "exp": time.Now().Unix() + 600})
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(body)
		if err != nil {
			t.Fatal(err)
		}
		compact, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return compact
	}
}

// gateway is a running program.
type gateway struct {
	companions, metrics string
	process             *exec.Cmd
	mu                  sync.Mutex
	log                 strings.Builder
	ended               chan error
}

func mustStart(t *testing.T, environment []string, config string) *gateway {
	t.Helper()
	path := mustWrite(t, "gateway.json", config, 0o600)
	g := &gateway{process: exec.Command(program, "--config", path, "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--log-level", "debug"), ended: make(chan error, 1)}
	g.process.Env = environment
	out, err := g.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := g.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.process.Process.Kill() }) // it may have ended already
	addresses := make(chan [2]string, 2)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			g.mu.Lock()
			g.log.WriteString(lines.Text() + "\n")
			g.mu.Unlock()
			var said struct{ Msg, For, Address string }
			if json.Unmarshal(lines.Bytes(), &said) == nil && said.Msg == "listening" {
				addresses <- [2]string{said.For, said.Address}
			}
		}
		g.ended <- g.process.Wait()
		close(addresses)
	}()
	for range 2 {
		at, ok := <-addresses
		if !ok {
			t.Fatalf("it ended: %s", g.said())
		}
		if at[0] == "metrics" {
			g.metrics = "http://" + at[1]
		} else {
			g.companions = "http://" + at[1]
		}
	}
	return g
}

func (g *gateway) said() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.String()
}

func get(t *testing.T, address, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// TestTheProgramServesMeasuresAndEnds: with its real files and engines.
func TestTheProgramServesMeasuresAndEnds(t *testing.T) {
	s, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	id, token := issuer(t)
	key := mustWrite(t, "key", s.Key()+"\n", 0o600)
	customers := mustWrite(t, "customers.json", `[{"issuer": "`+id+`", "subject": "ada", "customer": "`+s.Customer()+`"}]`, 0o600)
	audit := filepath.Join(t.TempDir(), "audit.jsonl")
	good := token("cus_ignored")
	g := mustStart(t, nil, `{
		"public_url": "https://billing.example.com", "audit_file": "`+audit+`", "versions": "nats-embedded:`+t.TempDir()+`",
		"stripe": {"url": "`+s.URL()+`", "key_file": "`+key+`"},
		"sign_in": {"issuer": "`+id+`", "audience": "billing", "customers_file": "`+customers+`"},
		"policy": {"vendor": "Quillforge", "grace_days": 7}
	}`)
	for ready := 0; ready != http.StatusOK; {
		ready, _ = get(t, g.companions+"/readyz", "")
	}
	if status, body := get(t, g.companions+"/healthz", ""); status != 200 || body != "ok\n" {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, g.companions+"/billfold/v1/whoami", good); status != 200 || !strings.Contains(body, s.Customer()) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, g.companions+"/billfold/v1/policy", good); status != 200 || !strings.Contains(body, `"grace_days":7`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get(t, g.companions+"/v1/invoices", good); status != 200 || !strings.Contains(body, s.Customer()) {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := get(t, g.companions+"/v1/invoices/in_nobodys", good); status != 404 {
		t.Error(status)
	}
	status, figures := get(t, g.metrics+"/metrics", "")
	for _, want := range []string{
		`billfold_gateway_requests_total{route="GET /v1/invoices",status="200"} 1`, "billfold_gateway_events_fresh 1",
		"billfold_gateway_stripe_requests_total", "billfold_gateway_answers_kept_back_total 0", "go_goroutines",
	} {
		if status != 200 || !strings.Contains(figures, want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	if status, _ := get(t, g.companions+"/metrics", ""); status != 401 {
		t.Errorf("the figures are shown to everybody: %d", status)
	}
	stream, err := http.NewRequest(http.MethodGet, g.companions+"/billfold/v1/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream.Header.Set("Authorization", "Bearer "+good)
	open, err := http.DefaultClient.Do(stream)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Body.Close()
	if err := g.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-g.ended; err != nil {
		t.Errorf("it ended with %v: %s", err, g.said())
	}
	if _, err := io.ReadAll(open.Body); err != nil {
		t.Errorf("the stream was cut: %v", err)
	}
	written, err := os.ReadFile(audit)
	if err != nil {
		t.Error(err)
	}
	for what, secret := range map[string]string{"key": s.Key(), "token": good, "subject": `"ada"`, "link": s.URL() + "/i/", "signature": strings.Split(good, ".")[2]} {
		if strings.Contains(g.said()+string(written)+figures, secret) {
			t.Errorf("a %s was written down", what)
		}
	}
}
