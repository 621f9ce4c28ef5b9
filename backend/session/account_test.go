package session_test

import (
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/session"
)

func TestSignOutRevokesAndCleans(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	account := s.signIn(sessions, "ada")
	token := s.keys.secrets()[0]
	told, err := sessions.SignOut(t.Context(), account.ID)
	if err != nil || !told {
		t.Fatalf("told %v, %v", told, err)
	}
	if all, err := sessions.Accounts(); err != nil || len(all) != 0 || len(s.keys.secrets()) != 0 {
		t.Errorf("left: %+v, %v, %d secrets", all, err, len(s.keys.secrets()))
	}
	if _, err := sessions.Token(account.ID)(t.Context()); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("a token after the sign-out: %v", err)
	}
	// Whoever copied the token before cannot use it.
	again := s.signIn(sessions, "ada")
	s.keys.held[again.ID] = token
	if _, err := s.sessions(nil).Token(again.ID)(t.Context()); billing.CodeOf(err) != billing.CodeSignedOut {
		t.Errorf("the revoked token is still good: %v", err)
	}
}

func TestSignOutWithoutANetworkCleansAllTheSame(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	account := s.signIn(sessions, "ada")
	s.wire.altering(cut)
	if told, err := sessions.SignOut(t.Context(), account.ID); err != nil || told {
		t.Errorf("told %v, %v", told, err)
	}
	if len(s.keys.secrets()) != 0 {
		t.Error("the token is still there")
	}
}

func TestSignOutWithALockedKeychainSaysSo(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	account := s.signIn(sessions, "ada")
	s.keys.lock(true)
	if _, err := sessions.SignOut(t.Context(), account.ID); billing.CodeOf(err) != billing.CodeUnavailable {
		t.Errorf("says %v", err)
	}
	if all, _ := sessions.Accounts(); len(all) != 1 {
		t.Error("an account whose token is still there is gone from the list")
	}
}

func TestSeveralAccountsAreSwitched(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	ada, bob := s.signIn(sessions, "ada"), s.signIn(sessions, "bob")
	current := func() string {
		t.Helper()
		account, _, err := sessions.Current()
		if err != nil {
			t.Fatal(err)
		}
		return account.Subject
	}
	if current() != "bob" {
		t.Errorf("current is %s", current())
	}
	if _, err := sessions.Choose(t.Context(), ada.ID); err != nil || current() != "ada" {
		t.Errorf("switched to %s, %v", current(), err)
	}
	if claimsOf(s, bearerOf(s, sessions.Token(ada.ID)))["sub"] != "ada" || claimsOf(s, bearerOf(s, sessions.Token(bob.ID)))["sub"] != "bob" {
		t.Error("the tokens are mixed up")
	}
	if _, err := sessions.SignOut(t.Context(), ada.ID); err != nil || current() != "bob" {
		t.Errorf("after the sign-out %s, %v", current(), err)
	}
	if _, err := sessions.Choose(t.Context(), "nobody"); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("chose nobody: %v", err)
	}
	// Another vendor's accounts are none of ours.
	other := s.sessions(func(c *session.Config) { c.Gateway = "https://elsewhere.example" })
	if all, err := other.Accounts(); err != nil || len(all) != 0 {
		t.Errorf("another vendor sees %+v, %v", all, err)
	}
	if _, err := other.Token(bob.ID)(t.Context()); billing.CodeOf(err) != billing.CodeNotFound {
		t.Errorf("another vendor gets a token: %v", err)
	}
}
