// Command billfold is the billing companion without a window library: a command
// line, and browser mode, which shows the same window in a browser.
package main

import (
	"context"
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

	"billfold/backend/billing"
	"billfold/backend/connection"
	"billfold/backend/deeplink"
	"billfold/backend/stripeapi"
	"billfold/backend/wording"
)

// version is set by the linker in a release.
var version = ""

const description = `See what you have, owe and have paid for your subscription, online or not.

Without flags it looks at an embedded sandbox, in which no money is real.
Flags can stand in ${config_file} as a JSON object, e.g. {"url": "...", "customer": "..."}.

Exit codes: 0 what was asked for was done or shown (also from the local copy, when
the server cannot be reached: "problem" in the JSON and a line on standard error then
say so); 1 it could not be; 2 the command line makes no sense. status also ends with
3 when something needs attention, access is at risk, or the standing is not known; 4
when access is lost, counts as lost (past due, unless the vendor grants grace) or the
subscription ended because it was not paid. One that you ended on purpose is 0.

Amounts in JSON are integers in minor units (cents), times are Unix seconds, and
null stands for what is not known. docs/command-line.md describes every object.`

// cli is the command line.
type cli struct {
	connection.Flags `embed:""`

	Verbose  bool             `short:"v" help:"Say on standard error what happens."`
	Language string           `help:"Say how things stand in this language: ${enum}." enum:"system,en,de" default:"system"`
	Config   kong.ConfigFlag  `help:"Read flags from this file (default: ${config_file})." placeholder:"FILE"`
	Version  kong.VersionFlag `help:"Print the version and exit."`

	Status   statusCommand   `cmd:"" help:"Show plan, next billing, payment method and what is owed."`
	Sync     syncCommand     `cmd:"" help:"Fetch what is new from the server."`
	Invoices invoicesCommand `cmd:"" help:"List invoices, newest first."`
	Invoice  invoiceCommand  `cmd:"" help:"Show one invoice with its lines and payments."`
	Watch    watchCommand    `cmd:"" help:"Keep the copy fresh, and tell of failed payments, renewals and the like, each once."`
	Support  supportCommand  `cmd:"" help:"Write down, redacted, what the vendor's support asks for first."`
	Save     saveCommand     `cmd:"" help:"Save invoices, credit notes and receipts as PDFs."`
	Verify   verifyCommand   `cmd:"" help:"Check the saved PDFs, and fetch damaged ones again."`
	Export   exportCommand   `cmd:"" help:"Write invoices to a CSV, or to a ZIP with their PDFs."`
	Methods  methodsCommand  `cmd:"" help:"List the saved payment methods, and which of them pays next."`

	BillingInfo billingInfoCommand `cmd:"" help:"Show what invoices are made out to, and what the next one will lack."`

	SignIn   signInCommand   `cmd:"" help:"Sign in at the vendor, in a browser or by a code."`
	SignOut  signOutCommand  `cmd:"" help:"Sign out, and remove the local copy."`
	Accounts accountsCommand `cmd:"" help:"List the accounts that are signed in."`
	Switch   switchCommand   `cmd:"" help:"Show another account that is signed in."`

	Portal portalCommand `cmd:"" help:"Go to the vendor's customer portal, and learn what changed there."`
	Web    webCommand    `cmd:"" help:"Show the window in a browser, served from this machine."`
	Open   openCommand   `cmd:"" help:"Open the desktop window, or browser mode where there is none."`

	Autostart autostartCommand `cmd:"" help:"Have the desktop window start unseen at login, to be told of things: on, off, or status."`
}

// language is that of the person's system, unless another was asked for.
func (c *cli) language() string {
	if c.Language != "system" {
		return c.Language
	}
	return wording.Language(systemLanguages()...)
}

// program is what the commands run with.
type program struct {
	flags  connection.Flags
	stdout io.Writer
	stderr io.Writer
	log    *slog.Logger
	// says is the language of what a subscriber is told.
	says wording.Speaker
}

func main() {
	// The library under the sandbox's sign-in has no logger of its own.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// exit leaves kong's parser, which ends the program on --help and --version.
type exit int

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case exit:
			code = int(fault)
		default:
			panic(fault)
		}
	}()
	var flags cli
	args = connection.SandboxArgs(args)
	parser, err := newParser(&flags, args, stdout, stderr)
	if err != nil {
		return fail(stderr, err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "billfold: %s\n%sRun billfold --help to see what there is.\n", clean(err.Error()), scenarioHint(args))
		return 2
	}
	level := slog.LevelError + 1
	if flags.Verbose {
		level = slog.LevelDebug
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(&program{
		flags: flags.Flags, stdout: stdout, stderr: stderr,
		log:  slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level})),
		says: wording.In(flags.language(), nil),
	})
	var standing stands
	if errors.As(err, &standing) {
		return int(standing)
	}
	if err != nil {
		return fail(stderr, err)
	}
	return 0
}

// scenarioHint helps where the word behind --sandbox was no scenario, and so was
// taken for something else.
func scenarioHint(args []string) string {
	for i, arg := range args[:max(0, len(args)-1)] {
		if arg == "--sandbox="+connection.DefaultScenario && !strings.HasPrefix(args[i+1], "-") {
			return "Scenarios of --sandbox are: " + strings.Join(connection.ScenarioNames(), ", ") + ".\n"
		}
	}
	return ""
}

func newParser(flags *cli, args []string, stdout, stderr io.Writer) (*kong.Kong, error) {
	vars := kong.Vars(connection.Vars())
	vars["version"] = versionText()
	vars["views"] = deeplink.Help()
	vars["config_file"] = connection.ConfigFile()
	return kong.New(flags,
		kong.Name("billfold"), kong.Description(description), vars,
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.Configuration(connection.Configuration(args), connection.ConfigFile()),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(),
	)
}

// fail says what went wrong and what to do, and gives the exit code.
func fail(stderr io.Writer, err error) int {
	code := billing.CodeOf(err)
	_, _ = fmt.Fprintf(stderr, "billfold: %s\n", clean(billing.MessageOf(err)))
	if advice := adviceFor(code); advice != "" {
		_, _ = fmt.Fprintln(stderr, advice)
	}
	var known *billing.Error
	if !errors.As(err, &known) {
		_, _ = fmt.Fprintf(stderr, "(%s)\n", clean(err.Error()))
	}
	if (code == billing.CodeInvalid || code == billing.CodeLiveKey) && !stripeapi.Refused(err) {
		return 2
	}
	return 1
}

// versionText is the version of a release, else what the toolchain noted.
func versionText() string {
	if version != "" {
		return "billfold " + version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return "billfold " + info.Main.Version
	}
	return "billfold (development)"
}
