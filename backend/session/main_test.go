package session_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"testing"

	"billfold/backend/session"
)

// asksKeychain has this test binary ask the system's keychain: the connection to the
// bus is one a process, so that each test of it needs a process of its own.
const asksKeychain = "BILLFOLD_ASKS_KEYCHAIN"

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the issuer's library has no logger of its own
	if what := os.Getenv(asksKeychain); what != "" {
		askKeychain(what)
		return
	}
	os.Exit(m.Run())
}

// askKeychain prints what the keychain answers, one word a question.
func askKeychain(what string) {
	ctx, chain := context.Background(), session.SystemKeychain{}
	answer := func(held string, err error) {
		switch {
		case errors.Is(err, session.ErrNone):
			fmt.Println("none")
		case errors.Is(err, session.ErrShut):
			fmt.Println("shut")
		case err != nil:
			fmt.Println("odd:", err)
		default:
			fmt.Println("ok" + held)
		}
	}
	for _, step := range what {
		switch step {
		case 'g':
			answer(chain.Get(ctx, "account"))
		case 'p':
			answer("", chain.Put(ctx, "account", "-secret"))
		case 'r':
			answer("", chain.Remove(ctx, "account"))
		}
	}
}
