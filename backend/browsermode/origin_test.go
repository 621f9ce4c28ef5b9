package browsermode_test

import (
	"net/http"
	"testing"

	"billfold/backend/billing"
)

const forwarded = "dev.example:8443"

func TestAnEditorsOriginIsLetThrough(t *testing.T) {
	p := mustServe(t, nil)
	p.signIn()
	through := func(host, origin, site string) func(*http.Request) {
		return func(r *http.Request) {
			r.Host = host
			r.Header.Set("Origin", origin)
			r.Header.Set("Sec-Fetch-Site", site)
		}
	}
	cases := []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"ByItsName", through(forwarded, "https://"+forwarded, "same-origin"), 200},
		{"ByThisMachinesNameToWhichItForwards", through("127.0.0.1:9", "https://"+forwarded, "same-origin"), 200},
		{"NoOtherOrigin", through(forwarded, "https://evil.example", "same-origin"), 403},
		{"NotWithoutEncryption", through(forwarded, "http://"+forwarded, "same-origin"), 403},
		{"NotByAnotherPort", through("dev.example:1", "https://"+forwarded, "same-origin"), 421},
		{"NotByANameThatEndsLikeIt", through("x"+forwarded, "https://x"+forwarded, "same-origin"), 421},
		{"NoSiteThatFetches", through(forwarded, "https://"+forwarded, "cross-site"), 403},
	}
	status, _, _ := p.request("POST", "/call/SyncState", `[]`, cases[0].change)
	if status != 421 {
		t.Errorf("before it was let through: %d, want 421", status)
	}
	if err := p.server.AllowOrigin("https://" + forwarded); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if status, _, answer := p.request("POST", "/call/SyncState", `[]`, c.change); status != c.want {
				t.Errorf("%d %s, want %d", status, answer, c.want)
			}
		})
	}
	t.Run("NotWithoutASession", func(t *testing.T) {
		p.session = ""
		if status, _, _ := p.request("POST", "/call/SyncState", `[]`, cases[0].change); status != 401 {
			t.Errorf("%d, want 401", status)
		}
	})
}

func TestWhatIsNoOriginIsNotLetThrough(t *testing.T) {
	p := mustServe(t, nil)
	for _, origin := range []string{
		"", "null", "*", "dev.example", "http://dev.example", "https://", "https://dev.example/", "https://dev.example/x",
		"https://dev.example?x", "https://me:pw@dev.example", "https://DEV.example", "https://dev.example#x", "HTTPS://dev.example", "https:///x",
	} {
		if err := p.server.AllowOrigin(origin); billing.CodeOf(err) != billing.CodeInvalid {
			t.Errorf("%q: %v", origin, err)
		}
	}
}
