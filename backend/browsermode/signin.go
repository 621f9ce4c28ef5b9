package browsermode

import (
	"context"

	"billfold/backend/companion"
)

var signInMethods = map[string]method{
	"Accounts": plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.Accounts() }),
	"SignIn": with(func(_ context.Context, c *companion.Companion, device bool) (any, error) {
		return nil, c.SignIn(device)
	}),
	"SignInState":    plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.SignInState(), nil }),
	"CancelSignIn":   plain(func(_ context.Context, c *companion.Companion) (any, error) { c.CancelSignIn(); return nil, nil }),
	"CopySignInLink": plain(func(_ context.Context, c *companion.Companion) (any, error) { return c.CopySignInLink() }),
	"SwitchAccount": with(func(ctx context.Context, c *companion.Companion, id string) (any, error) {
		return nil, c.SwitchAccount(ctx, id)
	}),
	"SignOut": with(func(ctx context.Context, c *companion.Companion, leave companion.Leave) (any, error) {
		return c.SignOut(ctx, leave)
	}),
}
