package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"billfold/backend/sandbox"
)

type advanceCommand struct {
	Time  string `arg:"" placeholder:"TIME" help:"How much time passes: 31d, 2w, 36h, 90m."`
	URL   string `placeholder:"URL" xor:"where" help:"The running sandbox, as serve has printed it; takes --key."`
	Key   string `placeholder:"KEY" env:"BILLFOLD_SANDBOX_KEY" help:"Its api_key, as serve has printed it."`
	State string `placeholder:"FILE" type:"path" xor:"where" help:"The state file of a sandbox that is not running."`
}

func (c advanceCommand) run(ctx context.Context, stdout io.Writer) error {
	by, err := timeSpan(c.Time)
	if err != nil {
		return err
	}
	var now time.Time
	switch {
	case c.State != "":
		now, err = sandbox.AdvanceState(ctx, sandbox.Options{StateFile: c.State}, by)
	case c.URL != "" && c.Key != "":
		now, err = sandbox.AdvanceRunning(ctx, c.URL, c.Key, by)
	default:
		err = errors.New("say which sandbox: --url and --key of a running one, or the --state file of one that is not running")
	}
	if err == nil {
		_, err = fmt.Fprintln(stdout, now.Format(time.RFC3339))
	}
	return err
}

// timeSpan reads a whole number of days or weeks, or what Go calls a duration.
func timeSpan(text string) (time.Duration, error) {
	const dayLong = 24 * time.Hour
	units := map[string]time.Duration{"d": dayLong, "w": 7 * dayLong}
	for suffix, unit := range units {
		if number, found := strings.CutSuffix(text, suffix); found {
			count, err := strconv.Atoi(number)
			if err != nil || count < 0 || count > 5*366 {
				return 0, fmt.Errorf("%q is not a time such as 31d, 2w or 36h", text)
			}
			return time.Duration(count) * unit, nil
		}
	}
	span, err := time.ParseDuration(text)
	if err != nil || span < 0 {
		return 0, fmt.Errorf("%q is not a time such as 31d, 2w or 36h", text)
	}
	return span, nil
}
