package main_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"billfold/backend/connection"
	"billfold/backend/instance"
	"billfold/backend/samplevendor"
	"billfold/backend/sandbox"
)

// signInVendor is a vendor with a sign-in, and the file that it ships.
type signInVendor struct {
	*samplevendor.Vendor
	t    *testing.T
	file string
}

func newSignInVendor(t *testing.T) *signInVendor {
	t.Helper()
	v := &signInVendor{t: t, file: filepath.Join(t.TempDir(), "vendor.json")}
	var err error
	if v.Vendor, err = samplevendor.Start(t.Context(), samplevendor.Options{Sandbox: sandbox.Options{Scenario: "active"}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		_ = v.Close()
	})
	file := v.File()
	file.Name, file.Support = "Quillforge", "help@quillforge.example"
	body, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(v.file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

// second makes another customer, who can sign in too.
func (v *signInVendor) second() string {
	v.t.Helper()
	form := url.Values{"name": {"Bob"}, "email": {"bob@example.com"}}
	request := mustAsk(v.t, http.MethodPost, v.Sandbox().URL()+"/v1/customers", form.Encode())
	request.Header.Set("Authorization", "Bearer "+v.Sandbox().Key())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var made struct{ ID string }
	if err := json.NewDecoder(response.Body).Decode(&made); err != nil || made.ID == "" {
		v.t.Fatalf("no customer: %v", err)
	}
	return made.ID
}

// running is a command that says where to go while it waits.
type running struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdout bytes.Buffer
	mu     sync.Mutex
	stderr bytes.Buffer
}

func (d *desk) start(args ...string) *running {
	d.t.Helper()
	r := &running{t: d.t, cmd: exec.CommandContext(d.t.Context(), binary, args...)}
	r.cmd.Env, r.cmd.Stdout = d.env, &r.stdout
	pipe, err := r.cmd.StderrPipe()
	if err == nil {
		err = r.cmd.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := pipe.Read(buffer)
			r.mu.Lock()
			r.stderr.Write(buffer[:n])
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return r
}

// says waits for words on standard error.
func (r *running) says(words *regexp.Regexp) []string {
	r.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		r.mu.Lock()
		found := words.FindStringSubmatch(r.stderr.String())
		said := r.stderr.String()
		r.mu.Unlock()
		if found != nil {
			return found
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("does not say %s: %s", words, said)
		}
	}
}

func (r *running) wait() ran {
	r.t.Helper()
	_ = r.cmd.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return ran{r.cmd.ProcessState.ExitCode(), r.stdout.String(), r.stderr.String()}
}

var anAddress = regexp.MustCompile(`(http://127\.0\.0\.1:\d+/authorize\?\S+)\n`)

// signIn walks the sign-in as the person of a customer.
func (d *desk) signIn(v *signInVendor, customer string) {
	d.t.Helper()
	command := d.start("sign-in", "--vendor", v.file, "--no-open", "--keep-in-file")
	if err := v.SignInAs(d.t.Context(), command.says(anAddress)[1], customer); err != nil {
		d.t.Fatal(err)
	}
	if got := command.wait(); got.code != 0 || !strings.Contains(got.stdout, "Signed in as") || !strings.Contains(got.stdout, "Quillforge") {
		d.t.Fatalf("sign-in: %+v", got)
	}
}

type accounts struct {
	Schema, Vendor string
	Accounts       []struct {
		ID, Email, Customer, Kept string
		Current, Ended            bool
	}
}

func TestSignInStatusSwitchAndSignOut(t *testing.T) {
	v, d := newSignInVendor(t), newDesk(t)
	with := func(args ...string) []string { return append(args, "--vendor", v.file) }
	if got := d.run(with("status")...); got.code != 1 || !strings.Contains(got.stderr, "not signed in") || !strings.Contains(got.stderr, "billfold sign-in") {
		t.Errorf("status of nobody: %+v", got)
	}
	if got := mustJSON[accounts](d, with("accounts", "--json")...); got.Accounts == nil || len(got.Accounts) != 0 || got.Vendor != "Quillforge" {
		t.Errorf("accounts of nobody: %+v", got)
	}
	d.signIn(v, v.Sandbox().Customer())
	first := mustJSON[status](d, with("status", "--json")...)
	if first.Customer.ID != v.Sandbox().Customer() || first.Connection != "gateway" || len(first.Subscriptions) != 1 {
		t.Errorf("status: %+v", first)
	}
	bob := v.second()
	d.signIn(v, bob)
	if got := mustJSON[status](d, with("status", "--json")...); got.Customer.ID != bob || got.Customer.Email != "bob@example.com" {
		t.Errorf("status of the second: %+v", got.Customer)
	}
	// The first one's billing is still there, in a file of its own.
	known := mustJSON[accounts](d, with("accounts", "--json")...)
	if len(known.Accounts) != 2 || !known.Accounts[0].Current || known.Accounts[0].Customer != bob || known.Accounts[0].Kept != "file" {
		t.Fatalf("accounts: %+v", known)
	}
	other := known.Accounts[1].Email
	if got := mustJSON[status](d, with("status", "--json", "--offline", "--account", other)...); got.Customer.ID != first.Customer.ID {
		t.Errorf("the other account offline: %+v", got.Customer)
	}
	place := d.place(connection.Flags{Vendor: v.file})
	d.endAfterwards(place) // should it open one after all
	if got := d.run(with("switch", strings.ToUpper(other))...); got.code != 0 || got.stdout != "Now "+other+" is shown.\n" || got.stderr != "" {
		t.Errorf("switch: %+v", got)
	}
	if instance.Held(place) {
		t.Error("switch opened a Billfold, where none was")
	}
	if got := mustJSON[status](d, with("status", "--json")...); got.Customer.ID != first.Customer.ID {
		t.Errorf("after the switch: %+v", got.Customer)
	}
	if got := d.run(with("switch", "carol@example.com")...); got.code != 1 || !strings.Contains(got.stderr, `signed in as "carol@example.com"`) {
		t.Errorf("switch to nobody: %+v", got)
	}
	copies := func() int {
		found, _ := filepath.Glob(filepath.Join(d.dir, "accounts", "*", "billing.db"))
		return len(found)
	}
	before := copies()
	if got := d.run(with("sign-out")...); got.code != 0 || !strings.Contains(got.stdout, "Signed out "+other) || got.stderr != "" {
		t.Errorf("sign-out: %+v", got)
	}
	if got := mustJSON[accounts](d, with("accounts", "--json")...); len(got.Accounts) != 1 || got.Accounts[0].Customer != bob || !got.Accounts[0].Current {
		t.Errorf("left: %+v", got)
	}
	if left := copies(); left != before-1 {
		t.Errorf("%d local copies, and %d after the sign-out", before, left)
	}
}

func TestSignInByDevice(t *testing.T) {
	v, d := newSignInVendor(t), newDesk(t)
	command := d.start("sign-in", "--vendor", v.file, "--device", "--keep-in-file", "--json")
	found := command.says(regexp.MustCompile(`go to\s+(\S+)\s+and enter the code\s+(\S+)\n`))
	if err := v.SignInAs(t.Context(), found[1]+"?user_code="+found[2], v.Sandbox().Customer()); err != nil {
		t.Fatal(err)
	}
	got := command.wait()
	var said accounts
	if err := json.Unmarshal([]byte(got.stdout), &said); got.code != 0 || err != nil || len(said.Accounts) != 1 ||
		said.Accounts[0].Customer != v.Sandbox().Customer() || said.Schema != "billfold.accounts/1" {
		t.Errorf("sign-in: %+v, %v", got, err)
	}
}

func TestSignInSaysWhatStandsInItsWay(t *testing.T) {
	v, d := newSignInVendor(t), newDesk(t)
	broken := filepath.Join(t.TempDir(), "vendor.json")
	if err := os.WriteFile(broken, []byte(`{"name": "Quillforge", "gateway": "https://q.example", "issuer": "http://q.example", "client_id": "b"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no vendor", []string{"sign-in"}, 2, "--vendor FILE"},
		{"the sandbox", []string{"accounts", "--sandbox", "active"}, 2, "--vendor FILE"},
		{"a file that is wrong", []string{"sign-in", "--vendor", broken}, 2, "issuer that does not begin with https://"},
		{"no keychain", []string{"sign-in", "--vendor", v.file, "--no-open"}, 1, "--keep-in-file"},
		{"two connections", []string{"status", "--vendor", v.file, "--sandbox=active"}, 2, "Choose one connection"},
		{"nobody to sign out", []string{"sign-out", "--vendor", v.file}, 2, "Nobody is signed in"},
		{"an account without a vendor", []string{"status", "--account", "ada"}, 2, "--vendor FILE"},
	} {
		t.Run(c.name+" is said", func(t *testing.T) {
			if got := d.run(c.args...); got.code != c.code || !strings.Contains(got.stderr, c.says) || got.stdout != "" {
				t.Errorf("%+v", got)
			}
		})
	}
	command := d.start("sign-in", "--vendor", v.file, "--no-open", "--keep-in-file")
	if err := v.SignInAs(t.Context(), command.says(anAddress)[1], ""); err != nil {
		t.Fatal(err)
	}
	if got := command.wait(); got.code != 1 || !strings.Contains(got.stderr, "declined") {
		t.Errorf("declined: %+v", got)
	}
}

// TestNoTokenReachesALogOrAFile looks for every token that the issuer gave out in
// all that commands print and keep, with -v and through a refusal.
func TestNoTokenReachesALogOrAFile(t *testing.T) {
	v, d := newSignInVendor(t), newDesk(t)
	command := d.start("sign-in", "--vendor", v.file, "--no-open", "--keep-in-file", "-v")
	if err := v.SignInAs(t.Context(), command.says(anAddress)[1], v.Sandbox().Customer()); err != nil {
		t.Fatal(err)
	}
	printed := command.wait()
	held, _ := filepath.Glob(filepath.Join(d.dir, "sign-in", "*"))
	if len(held) != 1 {
		t.Fatalf("kept in %v", held)
	}
	secret := func() string {
		body, err := os.ReadFile(held[0])
		if err != nil || len(body) < 20 {
			t.Fatalf("no token: %v", err)
		}
		return string(body)
	}
	secrets := []string{secret()}
	texts := printed.stdout + printed.stderr
	for _, args := range [][]string{{"status"}, {"sync", "--full"}, {"accounts", "--json"}, {"support"}} {
		got := d.run(append(args, "--vendor", v.file, "-v")...)
		texts += got.stdout + got.stderr
		secrets = append(secrets, secret())
	}
	_ = filepath.WalkDir(d.dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path != held[0] {
			file, err := os.Open(path)
			if err != nil {
				t.Error(err)
				return nil
			}
			body, _ := io.ReadAll(file)
			_ = file.Close()
			texts += string(body)
		}
		return err
	})
	for _, secret := range secrets {
		if strings.Contains(texts, secret) {
			t.Error("a refresh token got out")
		}
	}
	if found := regexp.MustCompile(`eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`).FindString(texts); found != "" {
		t.Error("a token got out")
	}
	if secrets[0] == secrets[1] {
		t.Error("the refresh token was not used, and so the test shows nothing")
	}
}

// TestAVendorIsBuiltIn builds the command as a vendor would.
func TestAVendorIsBuiltIn(t *testing.T) {
	v, d := newSignInVendor(t), newDesk(t)
	here, err := filepath.Abs("../../vendorfile/embedded/vendor.json")
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{here: v.file}})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "overlay.json"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-overlay", filepath.Join(folder, "overlay.json"), "-o", filepath.Join(folder, "billfold"), ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	ask := exec.Command(filepath.Join(folder, "billfold"), "accounts", "--json")
	ask.Env = d.env
	out, err := ask.Output()
	var said accounts
	if err != nil || json.Unmarshal(out, &said) != nil || said.Vendor != "Quillforge" {
		t.Errorf("says %s, %v", out, err)
	}
}
