package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"time"

	"billfold/backend/gateway"
)

// configuration is the file, with flags and environment laid over it.
type configuration struct {
	Listen         string   `json:"listen"`
	MetricsListen  string   `json:"metrics_listen"`
	PublicURL      string   `json:"public_url"`
	TLSCertificate string   `json:"tls_certificate"`
	TLSKey         string   `json:"tls_key"`
	TrustedProxies []string `json:"trusted_proxies"`
	AuditFile      string   `json:"audit_file"`
	Metadata       []string `json:"metadata"`
	// Versions is an address of package engines; one with a password belongs into
	// BILLFOLD_VERSIONS.
	Versions       string   `json:"versions"`
	ReconcileEvery duration `json:"reconcile_every"`

	Stripe stripeSettings `json:"stripe"`
	SignIn signInSettings `json:"sign_in"`
	Limits limitSettings  `json:"limits"`
	Policy gateway.Policy `json:"policy"`

	proxies        []netip.Prefix
	stripeKey      string
	webhookSecrets []string
	database       string
	logLevel       string
}

type stripeSettings struct {
	URL                 string   `json:"url"`
	KeyFile             string   `json:"key_file"`
	WebhookSecretFiles  []string `json:"webhook_secret_files"`
	PortalConfiguration string   `json:"portal_configuration"`
	PortalFlows         []string `json:"portal_flows"`
	PortalHosts         []string `json:"portal_hosts"`
}

type signInSettings struct {
	Issuer      string   `json:"issuer"`
	Audience    string   `json:"audience"`
	Clients     []string `json:"clients"`
	Types       []string `json:"types"`
	Algorithms  []string `json:"algorithms"`
	Claim       string   `json:"claim"`
	ReadScope   string   `json:"read_scope"`
	WriteScope  string   `json:"write_scope"`
	Skew        duration `json:"skew"`
	LongestLife duration `json:"longest_life"`
	// CustomersFile, or CustomersQuery over a Postgres database, maps people to
	// customers where no claim does.
	CustomersFile  string `json:"customers_file"`
	CustomersQuery string `json:"customers_query"`
	DatabaseFile   string `json:"database_file"`
}

type limitSettings struct {
	PerMinute         int      `json:"per_minute"`
	Burst             int      `json:"burst"`
	WritesPerMinute   int      `json:"writes_per_minute"`
	PortalPerMinute   int      `json:"portal_per_minute"`
	TaxIDsPerDay      int      `json:"tax_ids_per_day"`
	FailuresPerMinute int      `json:"failures_per_minute"`
	StripePerSecond   float64  `json:"stripe_per_second"`
	StripeAtOnce      int      `json:"stripe_at_once"`
	Patience          duration `json:"patience"`
	Streams           int      `json:"streams"`
}

// duration is written as Go writes it: "90s", "1m", "1h".
type duration time.Duration

// UnmarshalJSON reads "90s"; "off" is less than nothing.
func (d *duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return errors.New(`a time must be written as "90s", "1m" or "1h"`)
	}
	if text == "off" {
		*d = -1
		return nil
	}
	read, err := time.ParseDuration(text)
	if err != nil || read <= 0 {
		return fmt.Errorf(`%q is not a time such as "90s", "1m" or "1h"`, text)
	}
	*d = duration(read)
	return nil
}

// load reads the file, lays flags and environment over it, and checks the whole.
func load(chosen flags) (*configuration, error) {
	config := &configuration{Listen: "127.0.0.1:8080", logLevel: chosen.LogLevel}
	if chosen.Config != "" {
		if err := config.read(chosen.Config); err != nil {
			return nil, err
		}
	}
	for target, given := range map[*string]string{
		&config.Listen: chosen.Listen, &config.MetricsListen: chosen.MetricsListen, &config.PublicURL: chosen.PublicURL,
		&config.TLSCertificate: chosen.TLSCertificate, &config.TLSKey: chosen.TLSKey, &config.SignIn.Issuer: chosen.Issuer,
		&config.SignIn.Audience: chosen.Audience, &config.SignIn.Claim: chosen.Claim,
		&config.Stripe.PortalConfiguration: chosen.PortalConfiguration, &config.Versions: os.Getenv("BILLFOLD_VERSIONS"),
	} {
		if given != "" {
			*target = given
		}
	}
	if err := config.readSecrets(); err != nil {
		return nil, err
	}
	return config, config.check()
}

// secretForm is how secrets begin that people paste into files.
var secretForm = regexp.MustCompile(`"(sk|rk)_(live|test)_|"whsec_`)

func (c *configuration) read(path string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	if secretForm.Match(body) {
		return fmt.Errorf("%s holds a secret: put it into the environment, or into a file of its own that key_file or webhook_secret_files names", path)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if decoder.More() {
		return fmt.Errorf("%s holds more than one configuration", path)
	}
	return nil
}

// readSecrets takes secrets from the environment, and else from files that nobody
// else can read.
func (c *configuration) readSecrets() (err error) {
	if c.stripeKey, err = secret("BILLFOLD_STRIPE_KEY", c.Stripe.KeyFile); err != nil {
		return err
	}
	if given := os.Getenv("BILLFOLD_WEBHOOK_SECRET"); given != "" {
		c.webhookSecrets = strings.Split(given, ",")
	} else {
		for _, path := range c.Stripe.WebhookSecretFiles {
			one, err := secretFile(path)
			if err != nil {
				return err
			}
			c.webhookSecrets = append(c.webhookSecrets, one)
		}
	}
	c.database, err = secret("BILLFOLD_CUSTOMERS_DATABASE", c.SignIn.DatabaseFile)
	return err
}

func secret(variable, path string) (string, error) {
	if given := os.Getenv(variable); given != "" || path == "" {
		return strings.TrimSpace(given), nil
	}
	return secretFile(path)
}

func secretFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("a secret cannot be read: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others: make it 0600", path)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("a secret cannot be read: %w", err)
	}
	text := strings.TrimSpace(string(body))
	if text == "" || strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("%s must hold one line", path)
	}
	return text, nil
}

// check finds what can be found before anything is started. Packages gateway and
// identity check the rest.
func (c *configuration) check() error {
	switch {
	case c.stripeKey == "":
		return errors.New("the Stripe key is missing: set BILLFOLD_STRIPE_KEY, or name its file with stripe.key_file")
	case !strings.HasPrefix(c.stripeKey, "rk_") && !strings.HasPrefix(c.stripeKey, "sk_"):
		return errors.New("the Stripe key must be a restricted key (rk_...) or a secret key (sk_...)")
	case (c.TLSCertificate == "") != (c.TLSKey == ""):
		return errors.New("TLS takes both a certificate and its key")
	case c.PublicURL == "":
		return errors.New("the public address is missing: companions need it, and so does the way back from the portal")
	case c.SignIn.Issuer == "" || c.SignIn.Audience == "":
		return errors.New("sign_in needs the issuer and the audience of the tokens")
	case (c.SignIn.CustomersQuery == "") != (c.database == ""):
		return errors.New("sign_in.customers_query takes a database: set BILLFOLD_CUSTOMERS_DATABASE, or name its file with database_file")
	case count(c.SignIn.Claim, c.SignIn.CustomersFile, c.SignIn.CustomersQuery) != 1:
		return errors.New("say in one way where customers come from: sign_in.claim, customers_file or customers_query")
	case c.ReconcileEvery < 0 && len(c.webhookSecrets) == 0:
		return errors.New("without webhooks the events must be read back: take reconcile_every \"off\" away, or set a webhook secret")
	case c.SignIn.Skew < 0 || c.SignIn.LongestLife < 0 || c.Limits.Patience < 0:
		return errors.New(`only reconcile_every can be "off"`)
	}
	for i, one := range c.webhookSecrets {
		if c.webhookSecrets[i] = strings.TrimSpace(one); !strings.HasPrefix(c.webhookSecrets[i], "whsec_") {
			return errors.New("a webhook secret must begin with whsec_")
		}
	}
	for _, text := range c.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return fmt.Errorf("trusted_proxies: %q is not a network such as 10.0.0.0/8", text)
		}
		c.proxies = append(c.proxies, network)
	}
	return nil
}

func count(texts ...string) (given int) {
	for _, text := range texts {
		if text != "" {
			given++
		}
	}
	return given
}
