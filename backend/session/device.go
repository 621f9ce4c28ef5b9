package session

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"billfold/backend/billing"
)

// DeviceCode is what a person enters on another device.
type DeviceCode struct {
	// Address is the page to go to, Code what to enter there. Complete is the page
	// with the code in it, "" where there is none.
	Address, Code, Complete string
	// Until is when the code is good no longer; unknown when that was not said.
	Until billing.Time
}

// maxCode bounds a code that somebody is to type.
const maxCode = 40

// SignInByDevice signs in where there is no browser: show tells the person where to
// go, on any device, and what to enter.
// Source: RFC 8628.
func (s *Sessions) SignInByDevice(ctx context.Context, show func(DeviceCode) error) (Account, error) {
	found, err := s.provider.discover(ctx)
	if err != nil {
		return Account{}, err
	}
	if found.oauth2.Endpoint.DeviceAuthURL == "" {
		return Account{}, billing.NewError(billing.CodeNotOffered,
			"The vendor's sign-in has no codes for other devices. Sign in with the browser instead.", nil)
	}
	within := s.provider.within(ctx)
	given, err := found.oauth2.DeviceAuth(within, s.provider.target()...)
	if err != nil {
		return Account{}, understood(ctx, err)
	}
	code, err := s.shownCode(given)
	if err != nil {
		return Account{}, err
	}
	if err := show(code); err != nil {
		return Account{}, err
	}
	got, err := found.oauth2.DeviceAccessToken(within, given, s.provider.target()...)
	if err != nil {
		return Account{}, late(ctx, err)
	}
	tokens, err := s.provider.read(ctx, found, got, "", true)
	if err != nil {
		return Account{}, err
	}
	return s.welcome(ctx, tokens)
}

// late tells a code that ran out from a person who gave up.
func late(ctx context.Context, err error) error {
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return tooLate()
	}
	return again(understood(ctx, err))
}

// shownCode takes over what may be shown: an address that is safe to go to, and a
// code that a person can type.
func (s *Sessions) shownCode(given *oauth2.DeviceAuthResponse) (DeviceCode, error) {
	code := DeviceCode{Address: given.VerificationURI, Code: given.UserCode, Until: untilOf(given.Expiry)}
	if !safe(code.Address) || code.Code == "" || len(code.Code) > maxCode || strings.ContainsFunc(code.Code, unprintable) {
		return DeviceCode{}, odd(nil)
	}
	if safe(given.VerificationURIComplete) {
		code.Complete = given.VerificationURIComplete
	}
	return code, nil
}

func untilOf(at time.Time) billing.Time {
	if at.IsZero() {
		return 0
	}
	return billing.At(at)
}

func safe(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsFunc(address, func(r rune) bool { return r == ' ' || unprintable(r) }) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func unprintable(r rune) bool { return r < ' ' || r > '~' }
