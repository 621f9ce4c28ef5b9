package session

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"billfold/backend/billing"
)

// Kept says where the refresh token of an account is.
type Kept string

// The places. A file is one that only the person can read, and their own choice.
const (
	KeptInKeychain Kept = "keychain"
	KeptInFile     Kept = "file"
	KeptInMemory   Kept = "memory"
)

// vault keeps refresh tokens, each in the place that its account names.
type vault struct {
	keychain Keychain
	dir      string

	mu     sync.Mutex
	memory map[string]string
}

func (v *vault) path(account Account) string {
	return filepath.Join(v.dir, "sign-in", account.ID)
}

// get reads the refresh token. ErrNone says that there is none, any other error
// that nobody can tell.
func (v *vault) get(ctx context.Context, account Account) (string, error) {
	switch account.Kept {
	case KeptInKeychain:
		return v.keychain.Get(ctx, account.ID)
	case KeptInFile:
		held, err := os.ReadFile(v.path(account))
		if errors.Is(err, fs.ErrNotExist) || err == nil && len(held) == 0 {
			return "", ErrNone
		}
		return string(held), err
	default:
		v.mu.Lock()
		defer v.mu.Unlock()
		if held, ok := v.memory[account.ID]; ok {
			return held, nil
		}
		return "", ErrNone
	}
}

func (v *vault) put(ctx context.Context, account Account, token string) error {
	if token == "" {
		return billing.NewError(billing.CodeForbidden,
			"The vendor's sign-in gave nothing to stay signed in with. Ask the vendor's support.", nil)
	}
	switch account.Kept {
	case KeptInKeychain:
		return v.keychain.Put(ctx, account.ID, token)
	case KeptInFile:
		return replaceFile(v.path(account), []byte(token))
	default:
		v.mu.Lock()
		defer v.mu.Unlock()
		v.memory[account.ID] = token
		return nil
	}
}

func (v *vault) remove(ctx context.Context, account Account) error {
	switch account.Kept {
	case KeptInKeychain:
		return v.keychain.Remove(ctx, account.ID)
	case KeptInFile:
		if err := os.Remove(v.path(account)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	default:
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.memory, account.ID)
		return nil
	}
}

// replaceFile writes a file that only the person can read, whole or not at all.
func replaceFile(path string, content []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(folder, ".new-*") // made with 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}
