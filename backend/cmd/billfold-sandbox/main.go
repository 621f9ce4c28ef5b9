// Command billfold-sandbox runs the sandbox on its own: a small Stripe on
// loopback for demos, tests and integrators.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"billfold/backend/samplevendor"
	"billfold/backend/sandbox"
)

// version is set when a release is built.
var version = "dev"

// Exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

type commands struct {
	Serve     serveCommand     `cmd:"" help:"Run the sandbox until it is interrupted."`
	Advance   advanceCommand   `cmd:"" help:"Let time pass in a sandbox: renewals, retries and endings happen as they would."`
	Fault     faultCommand     `cmd:"" help:"Make the answers of a running sandbox go wrong, or stop it."`
	Scenarios scenariosCommand `cmd:"" help:"List the scenarios it can start with."`
	Version   kong.VersionFlag `help:"Print the version and exit."`
}

type serveCommand struct {
	Listen   string `placeholder:"ADDR" default:"127.0.0.1:0" help:"Loopback address and port to listen on; port 0 is any free one (${default})."`
	Scenario string `placeholder:"NAME" help:"Account to start with; the one in the state file, or ${scenario}, when not given."`
	State    string `placeholder:"FILE" type:"path" help:"Keep what is written to the sandbox in this file, and take up from there; without it, nothing is kept."`

	Webhook      string `placeholder:"URL" help:"Send every event to this address of this machine; the line of JSON then has its webhook_secret."`
	WebhookChaos bool   `help:"Send events out of order and twice, as happens at Stripe."`
	MailFolder   string `placeholder:"FOLDER" type:"path" help:"Keep what would be mailed as .eml files; the page /outbox shows it in any case."`
	VendorFile   string `placeholder:"FILE" type:"path" help:"Run the real gateway and a sign-in before the sandbox too, and write the file that billfold --vendor takes; the line of JSON then has the gateway, and the issuer."`
	SMTP         string `name:"smtp" placeholder:"ADDR" help:"Send what would be mailed to a mail server of this machine, such as 127.0.0.1:1025."`
}

type scenariosCommand struct {
	JSON bool `name:"json" help:"Print one JSON array of {name, description}."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The library under the issuer has no logger of its own.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) int {
	var chosen commands
	ended := -1
	parser, err := kong.New(&chosen,
		kong.Name("billfold-sandbox"), kong.Description(description()), kong.Writers(stdout, stderr),
		kong.Vars{"version": versionText(), "scenario": sandbox.DefaultScenario},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Exit(func(code int) { ended = code }),
	)
	if err != nil {
		return complain(stderr, err, exitFailed)
	}
	parsed, err := parser.Parse(arguments)
	switch {
	case ended >= 0: // --help or --version has said it all
		return ended
	case err != nil:
		return complain(stderr, fmt.Errorf("%w; see billfold-sandbox --help", err), exitUsage)
	}
	switch parsed.Command() {
	case "scenarios":
		err = chosen.Scenarios.print(stdout)
	case "fault", "fault <do>":
		err = chosen.Fault.run(ctx)
	case "advance <time>":
		err = chosen.Advance.run(ctx, stdout)
	default:
		err = chosen.Serve.run(ctx, stdout)
	}
	if err != nil {
		return complain(stderr, err, exitFailed)
	}
	return 0
}

func complain(stderr io.Writer, err error, code int) int {
	fmt.Fprintln(stderr, "billfold-sandbox:", err)
	return code
}

func description() string {
	var b strings.Builder
	b.WriteString("A small Stripe on loopback: the same objects and errors as Stripe API version 2023-10-16, " +
		"with a ready-made account and a clock that keeps it renewing. " +
		"When it is ready, serve prints one line of JSON with url, api_key and customer. " +
		"In a browser, its page /_sandbox/ moves the clock and makes faults, and /outbox shows what would be mailed.\n\n" +
		"Example:\n  billfold-sandbox serve --listen 127.0.0.1:4242 --scenario active --state demo.json\n\nScenarios:")
	for _, s := range sandbox.Scenarios() {
		fmt.Fprintf(&b, "\n  %-8s %s", s.Name, s.Description)
	}
	b.WriteString("\n\nExit codes: 0 when interrupted or done, 1 when something failed, 2 when it was called wrongly.")
	return b.String()
}

func versionText() string {
	if version != "dev" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}

// ready is the line that says where the sandbox is.
type ready struct {
	URL      string `json:"url"`
	APIKey   string `json:"api_key"`
	Customer string `json:"customer"`
	// WebhookSecret is there when --webhook was given.
	WebhookSecret string `json:"webhook_secret,omitempty"`
	// Gateway and Issuer are there when --vendor-file was given.
	Gateway string `json:"gateway,omitempty"`
	Issuer  string `json:"issuer,omitempty"`
}

func (c serveCommand) run(ctx context.Context, stdout io.Writer) error {
	options := sandbox.Options{
		Listen: c.Listen, Scenario: c.Scenario, StateFile: c.State,
		Webhook: sandbox.WebhookOptions{URL: c.Webhook, Chaos: c.WebhookChaos},
		Mail:    sandbox.MailOptions{Folder: c.MailFolder, SMTP: c.SMTP},
	}
	if c.VendorFile != "" {
		return c.runVendor(ctx, options, stdout)
	}
	s, err := sandbox.Start(ctx, options)
	if err != nil {
		return err
	}
	return serve(ctx, stdout, ready{
		URL: s.URL(), APIKey: s.Key(), Customer: s.Customer(), WebhookSecret: s.WebhookSecret(),
	}, s.Close)
}

// runVendor runs a whole vendor, and writes what it would ship.
func (c serveCommand) runVendor(ctx context.Context, options sandbox.Options, stdout io.Writer) error {
	v, err := samplevendor.Start(ctx, samplevendor.Options{Sandbox: options})
	if err != nil {
		return err
	}
	file, err := json.MarshalIndent(v.File(), "", "  ")
	if err == nil {
		err = os.WriteFile(c.VendorFile, append(file, '\n'), 0o600)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the vendor's file: %w", err), v.Close())
	}
	s := v.Sandbox()
	return serve(ctx, stdout, ready{
		URL: s.URL(), APIKey: s.Key(), Customer: s.Customer(), WebhookSecret: s.WebhookSecret(), Gateway: v.URL(), Issuer: v.Issuer(),
	}, v.Close)
}

// serve says where everything is, and ends it with the context.
func serve(ctx context.Context, stdout io.Writer, where ready, end func() error) error {
	if err := json.NewEncoder(stdout).Encode(where); err != nil {
		return errors.Join(fmt.Errorf("say where the sandbox is: %w", err), end())
	}
	<-ctx.Done()
	return end()
}

func (c scenariosCommand) print(stdout io.Writer) error {
	type line struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	lines := []line{}
	for _, s := range sandbox.Scenarios() {
		lines = append(lines, line{s.Name, s.Description})
	}
	if c.JSON {
		return json.NewEncoder(stdout).Encode(lines)
	}
	for _, l := range lines {
		if _, err := fmt.Fprintf(stdout, "%-8s %s\n", l.Name, l.Description); err != nil {
			return err
		}
	}
	return nil
}
