package browsermode_test

import (
	"io"
	"log/slog"
)

// newLog writes everything that is said, down to the least.
func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
