package session

import (
	"context"
	"errors"
	"time"

	"github.com/zalando/go-keyring"

	"billfold/backend/desktopbus"
)

// The answers of a keychain beside a secret. Only the first means that there is
// none: a keychain that is locked, absent or slow still holds what it holds.
var (
	ErrNone = errors.New("the keychain holds nothing of that name")
	ErrShut = errors.New("the keychain does not answer")
)

// Keychain keeps secrets by name. Its errors are ErrNone and ErrShut.
type Keychain interface {
	Get(ctx context.Context, name string) (string, error)
	Put(ctx context.Context, name, secret string) error
	Remove(ctx context.Context, name string) error
}

// service is how the secrets are filed in the system's keychain.
const service = "Billfold"

// keychainTakes is how long the keychain may take: it may be asking the person for
// a password that nobody sees.
const keychainTakes = 3 * time.Second

// SystemKeychain is that of the operating system. Windows takes 2,560 bytes a
// secret.
type SystemKeychain struct{}

// Get reads a secret.
func (SystemKeychain) Get(ctx context.Context, name string) (string, error) {
	return aside(ctx, func() (string, error) { return keyring.Get(service, name) })
}

// Put keeps a secret in place of the one that is there.
func (SystemKeychain) Put(ctx context.Context, name, secret string) error {
	_, err := aside(ctx, func() (string, error) { return "", keyring.Set(service, name, secret) })
	return err
}

// Remove removes a secret; that there is none is no failure.
func (SystemKeychain) Remove(ctx context.Context, name string) error {
	_, err := aside(ctx, func() (string, error) { return "", keyring.Delete(service, name) })
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

// aside asks the keychain in a goroutine of its own, since it may never answer.
// Without a bus it is not asked at all.
func aside(ctx context.Context, ask func() (string, error)) (string, error) {
	if !desktopbus.Reachable() {
		return "", ErrShut
	}
	type answer struct {
		secret string
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		secret, err := ask()
		answered <- answer{secret, err}
	}()
	limit := time.NewTimer(keychainTakes)
	defer limit.Stop()
	select {
	case got := <-answered:
		switch {
		case errors.Is(got.err, keyring.ErrNotFound):
			return "", ErrNone
		case got.err != nil:
			return "", ErrShut // the library's words are not ours to judge
		}
		return got.secret, nil
	case <-limit.C:
		return "", ErrShut
	case <-ctx.Done():
		return "", ErrShut
	}
}
