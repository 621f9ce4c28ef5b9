package session

import (
	"context"
	"errors"

	"billfold/backend/billing"
)

// SignOut ends the sign-in of an account: at the provider where it can be reached,
// and here in any case. told tells whether the provider knows; without that the
// sign-in ends there by itself. CodeNotFound says that there is no such account.
func (s *Sessions) SignOut(ctx context.Context, id string) (told bool, err error) {
	l := s.liveOf(id)
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return false, stopped(ctx.Err())
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	account, err := s.book.find(id)
	if err != nil {
		return false, err
	}
	token, err := s.vault.get(ctx, account)
	if err != nil && !errors.Is(err, ErrNone) {
		// Who cannot read the token cannot remove it either.
		return false, keychainShut(err)
	}
	if token != "" {
		if told, err = s.provider.revoke(ctx, token); err != nil {
			s.config.Log.WarnContext(ctx, "the provider was not told of the sign-out", "code", billing.CodeOf(err))
		}
	}
	if err := s.vault.remove(ctx, account); err != nil {
		return told, keychainShut(err)
	}
	// The rest stays: without a token its times mean nothing, and who waits reads the turn.
	l.token = ""
	return told, s.book.remove(id)
}
