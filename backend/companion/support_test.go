package companion_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"billfold/backend/sandbox"
)

// forbidden is what must not be in a case: links, tokens, client secrets, mail
// addresses in full, and anything as long as a card number.
var forbidden = regexp.MustCompile(`(?i)[a-z]+://|www\.|\b[srp]k_(test|live)|whsec_|_secret_|bearer |[\w.]{2,}@|\b(\d[ -]?){13,19}\b`)

func TestSupportCaseOfEveryScenario(t *testing.T) {
	for _, scenario := range sandbox.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			c := mustOpen(t, scenario.Name, nil)
			if _, err := c.Pull(t.Context(), false); err != nil {
				t.Fatal(err)
			}
			written, err := c.Support(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			object, err := json.Marshal(written)
			if err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{"JSON": string(object), "Markdown": written.Text} {
				if found := forbidden.FindString(text); found != "" {
					t.Errorf("%s holds %q", name, found)
				}
			}
			for _, heading := range []string{"# Billing support summary", "## Standing", "- State: ", written.CustomerID} {
				if !strings.Contains(written.Text, heading) {
					t.Errorf("%q is missing in\n%s", heading, written.Text)
				}
			}
		})
	}
}

func TestSupportCaseNamesTheRequestThatFailed(t *testing.T) {
	broken := false
	c := mustOpen(t, "active", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if broken {
				w.Header().Set("Request-Id", "req_find_me")
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(`{"error":{"type":"invalid_request_error","message":"sk_live_never"}}`))
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	if _, err := c.Pull(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	broken = true
	if _, err := c.Pull(t.Context(), false); err == nil {
		t.Fatal("no error")
	}
	written, err := c.Support(t.Context())
	if err != nil || written.RequestID != "req_find_me" || written.SyncProblem != "forbidden" {
		t.Errorf("case %+v, %v", written.Case, err)
	}
	if strings.Contains(written.Text, "never") || !strings.Contains(written.Text, "req_find_me") {
		t.Errorf("text:\n%s", written.Text)
	}
}
