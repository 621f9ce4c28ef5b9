package session_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/session"
)

// field is the value of a text field in a JSON object.
func field(body, name string) string {
	_, rest, _ := strings.Cut(body, `"`+name+`":"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func (s *stage) tried(sessions *session.Sessions, who string) error {
	_, err := sessions.SignIn(s.Context(), func(address string) error { go s.press(address, who); return nil })
	return err
}

// TestAnAccessTokenOfAnotherSignInIsRefused: the ID token names the one it came with.
func TestAnAccessTokenOfAnotherSignInIsRefused(t *testing.T) {
	s := newStage(t, time.Hour)
	var first string
	s.wire.altering(rewriting("/oauth/token", func(body string) string {
		if first == "" {
			first = field(body, "access_token")
		}
		return strings.Replace(body, field(body, "access_token"), first, 1)
	}))
	sessions := s.sessions(nil)
	s.signIn(sessions, "ada")
	if err := s.tried(sessions, "bob"); billing.CodeOf(err) != billing.CodeNotStripe {
		t.Errorf("says %v", err)
	}
}

func TestARenewalForAnotherPersonIsRefused(t *testing.T) {
	s := newStage(t, time.Hour)
	sessions := s.sessions(nil)
	ada, bob := s.signIn(sessions, "ada"), s.signIn(sessions, "bob")
	bobs := s.keys.held[bob.ID]
	s.wire.altering(func(r *http.Request, next func() (*http.Response, error)) (*http.Response, error) {
		if r.URL.Path == "/oauth/token" {
			body, _ := io.ReadAll(r.Body)
			form, _ := url.ParseQuery(string(body))
			form.Set("refresh_token", bobs)
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(form.Encode())), int64(len(form.Encode()))
		}
		return next()
	})
	if _, err := s.sessions(nil).Token(ada.ID)(t.Context()); billing.CodeOf(err) != billing.CodeForeign {
		t.Errorf("says %v", err)
	}
}

// TestTokensAreNotSentElsewhere: a redirect of the token endpoint would take the code
// and the refresh token along.
func TestTokensAreNotSentElsewhere(t *testing.T) {
	s := newStage(t, time.Hour)
	s.wire.altering(func(r *http.Request, next func() (*http.Response, error)) (*http.Response, error) {
		if r.URL.Hostname() != "127.0.0.1" {
			t.Errorf("asked %s", r.URL.Host)
		}
		if r.URL.Path != "/oauth/token" {
			return next()
		}
		return &http.Response{
			StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"https://evil.example/token"}},
			Body: io.NopCloser(strings.NewReader("")), Request: r,
		}, nil
	})
	if err := s.tried(s.sessions(nil), "ada"); err == nil {
		t.Error("signed in")
	}
}

func TestAHostileDeviceAddressIsNotShown(t *testing.T) {
	for name, address := range map[string]string{
		"a script": "javascript:alert(1)", "in the clear": "http://issuer.example/device", "a user name": "https://issuer@evil.example/",
		"a line end": `https://issuer.example/\nx`, "no host": "https:///device",
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, time.Hour)
			s.wire.altering(rewriting("/device_authorization", func(body string) string {
				return strings.Replace(body, field(body, "verification_uri"), address, 1)
			}))
			_, err := s.sessions(nil).SignInByDevice(t.Context(), func(code session.DeviceCode) error {
				return fmt.Errorf("shown %s", code.Address)
			})
			if billing.CodeOf(err) != billing.CodeNotStripe {
				t.Errorf("says %v", err)
			}
		})
	}
}

func TestAHostileDeviceCodeIsNotShown(t *testing.T) {
	for name, code := range map[string]string{"too long": strings.Repeat("A", 41), "empty": "", "an escape": `AB\u001b[31m`} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, time.Hour)
			s.wire.altering(rewriting("/device_authorization", func(body string) string {
				return strings.ReplaceAll(body, `"user_code":"`+field(body, "user_code"), `"user_code":"`+code)
			}))
			_, err := s.sessions(nil).SignInByDevice(t.Context(), func(session.DeviceCode) error {
				return errors.New("shown")
			})
			if billing.CodeOf(err) != billing.CodeNotStripe {
				t.Errorf("says %v", err)
			}
		})
	}
}

// TestAnAnswerWithoutEndIsNotReadToTheEnd.
func TestAnAnswerWithoutEndIsGivenUp(t *testing.T) {
	s := newStage(t, time.Hour)
	read := int64(0)
	s.wire.altering(func(r *http.Request, next func() (*http.Response, error)) (*http.Response, error) {
		if !strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			return next()
		}
		endless := readerFunc(func(p []byte) (int, error) {
			for i := range p {
				p[i] = ' '
			}
			if read += int64(len(p)); read > 64<<20 {
				return 0, io.ErrUnexpectedEOF
			}
			return len(p), nil
		})
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(endless), Request: r}, nil
	})
	if err := s.tried(s.sessions(nil), "ada"); err == nil || read > 4<<20 {
		t.Errorf("%v after %d bytes", err, read)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestWithoutPKCETheSignInIsNotBegun: a provider that says it has other ways only.
func TestAProviderWithoutPKCEIsRefused(t *testing.T) {
	s := newStage(t, time.Hour)
	s.wire.altering(rewriting("/.well-known/openid-configuration", func(body string) string {
		return strings.Replace(body, `"code_challenge_methods_supported":["S256"]`, `"code_challenge_methods_supported":["plain"]`, 1)
	}))
	if err := s.tried(s.sessions(nil), "ada"); billing.CodeOf(err) != billing.CodeForbidden {
		t.Errorf("says %v", err)
	}
}

// TestWhatAProviderEchoesGoesNoFurther: its words may repeat what was sent.
func TestWhatAProviderEchoesGoesNoFurther(t *testing.T) {
	s := newStage(t, time.Hour)
	account := s.signIn(s.sessions(nil), "ada")
	token := s.keys.held[account.ID]
	for name, answer := range map[string]altering{
		"in a description":   answering(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"`+token+`"}`),
		"as the error":       answering(http.StatusBadRequest, `{"error":"`+token+`"}`),
		"in a page":          answering(http.StatusBadGateway, "<p>"+token+"</p>"),
		"in what is no JSON": answering(http.StatusOK, token),
	} {
		t.Run(name, func(t *testing.T) {
			s.wire.altering(answer)
			_, err := s.sessions(nil).Token(account.ID)(t.Context())
			if err == nil || strings.Contains(err.Error(), token) {
				t.Errorf("the error holds the token: %v", err == nil)
			}
		})
	}
	s.nowhere(token)
}
