package handoff

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"billfold/backend/billing"
)

// openerLimit is how long the system's opener may take: some end only with the
// browser, so a longer wait says nothing.
const openerLimit = 3 * time.Second

// Open has open show an address, aside and with a limit in time. certain tells
// that the opener ended well; without it nobody can tell, and the person needs
// another way. An opener that failed, or none, is CodeNoBrowser.
func Open(ctx context.Context, open func(address string) error, address string) (certain bool, err error) {
	if open == nil {
		return false, noBrowser()
	}
	ended := make(chan error, 1)
	go func() { ended <- open(address) }()
	limit := time.NewTimer(openerLimit)
	defer limit.Stop()
	select {
	case err := <-ended:
		if err != nil {
			// Its own words may repeat the address.
			return false, noBrowser()
		}
		return true, nil
	case <-limit.C:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

func noBrowser() error {
	return billing.NewError(billing.CodeNoBrowser, "No browser could be opened. Copy the link and open it yourself.", nil)
}

// errNoCommand says that none of the commands could be run.
var errNoCommand = errors.New("no command of BROWSER could be run")

// Opener opens addresses the way this person wants it: with the commands that the
// environment variable BROWSER names, a colon between them and %s for the address,
// and without that variable through the system.
func Opener(system func(address string) error) func(address string) error {
	return func(address string) error {
		wanted := os.Getenv("BROWSER")
		if wanted == "" || runtime.GOOS == "windows" {
			return system(address)
		}
		for command := range strings.SplitSeq(wanted, ":") {
			if run(command, address) == nil {
				return nil
			}
		}
		return errNoCommand
	}
}

// run starts the command without a shell; it has no standard streams of ours.
func run(command, address string) error {
	words := strings.Fields(command)
	if len(words) == 0 {
		return errNoCommand
	}
	placed := false
	for i := range words[1:] {
		placed = placed || strings.Contains(words[i+1], "%s")
		words[i+1] = strings.ReplaceAll(words[i+1], "%s", address)
	}
	if !placed {
		words = append(words, address)
	}
	return exec.Command(words[0], words[1:]...).Run() //nolint:gosec // the person's own choice of browser
}
