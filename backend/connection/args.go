package connection

import (
	"slices"
	"strings"
)

// SandboxArgs lets --sandbox stand without a scenario, and with one behind a
// space: it rewrites both to --sandbox=SCENARIO. A word that follows and is no
// scenario is left alone, since it may be the command or its argument.
func SandboxArgs(args []string) []string {
	known := ScenarioNames()
	var result []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(result, args[i:]...)
		}
		if args[i] != "--sandbox" {
			result = append(result, args[i])
			continue
		}
		scenario := DefaultScenario
		if i+1 < len(args) && slices.Contains(known, args[i+1]) {
			i++
			scenario = args[i]
		}
		result = append(result, "--sandbox="+scenario)
	}
	return result
}

// Vars are what the help of Flags mentions.
func Vars() map[string]string {
	return map[string]string{
		"scenarios": strings.Join(ScenarioNames(), ", "),
		"data_dir":  DataDir(),
	}
}

// Args writes the flags for another program of Billfold, without secrets: those
// travel in Environment.
func (f Flags) Args() []string {
	var args []string
	for _, flag := range []struct{ name, value string }{
		{"--sandbox", f.Sandbox}, {"--url", f.URL}, {"--customer", f.Customer}, {"--vendor", f.Vendor},
		{"--account", f.Account}, {"--support", f.Support}, {"--data-dir", f.DataDir},
	} {
		if flag.value != "" {
			args = append(args, flag.name+"="+flag.value)
		}
	}
	for _, host := range f.PortalHost {
		args = append(args, "--portal-host="+host)
	}
	return args
}

// Environment holds the secrets of the flags for another program of Billfold.
func (f Flags) Environment() []string {
	var environment []string
	if f.Token != "" {
		environment = append(environment, "BILLFOLD_TOKEN="+f.Token)
	}
	if f.StripeKey != "" {
		environment = append(environment, "STRIPE_API_KEY="+f.StripeKey)
	}
	return environment
}
