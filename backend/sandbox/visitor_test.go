package sandbox_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// visitor is a browser without scripts: it follows links, keeps cookies and sends
// the forms of the page it is on.
type visitor struct {
	tester
	http *http.Client
	at   *url.URL
	code int
	body string
}

func newVisitor(t tester) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{tester: t, http: &http.Client{Jar: jar}}
}

func (v *visitor) do(r *http.Request) *visitor {
	v.Helper()
	response, err := v.http.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.Fatal(err)
	}
	v.at, v.code, v.body = response.Request.URL, response.StatusCode, string(body)
	return v
}

func (v *visitor) open(address string) *visitor {
	v.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		v.Fatal(err)
	}
	if v.at != nil {
		r.URL = v.at.ResolveReference(r.URL)
	}
	return v.do(r)
}

// follow opens the link whose text or label has the words.
func (v *visitor) follow(words string) *visitor {
	v.Helper()
	for _, link := range regexp.MustCompile(`<a [^>]*href="([^"]*)"[^>]*>`).FindAllStringSubmatchIndex(v.body, -1) {
		end := link[1] + strings.Index(v.body[link[1]:], "</a>")
		if strings.Contains(v.body[link[0]:end], words) {
			return v.open(html.UnescapeString(v.body[link[2]:link[3]]))
		}
	}
	v.Fatalf("no link %q on %s: %d\n%s", words, v.at, v.code, v.body)
	return nil
}

// form is the form that leads to a path ending so: its address and its hidden
// fields.
func (v *visitor) form(ending string) (string, url.Values) {
	v.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)".*?</form>`).FindAllStringSubmatch(v.body, -1) {
		if !strings.HasSuffix(form[1], ending) {
			continue
		}
		values := url.Values{}
		for _, hidden := range regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form[0], -1) {
			values.Set(hidden[1], html.UnescapeString(hidden[2]))
		}
		return form[1], values
	}
	v.Fatalf("no form to %q on %s: %d\n%s", ending, v.at, v.code, v.body)
	return "", nil
}

func (v *visitor) send(ending string, pairs ...string) *visitor {
	v.Helper()
	action, values := v.form(ending)
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return v.do(v.post(action, values))
}

func (v *visitor) post(action string, values url.Values) *http.Request {
	v.Helper()
	to, err := v.at.Parse(action)
	if err != nil {
		v.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", to.Scheme+"://"+to.Host)
	return r
}

func (v *visitor) sees(code int, words ...string) *visitor {
	v.Helper()
	if v.code != code {
		v.Fatalf("%s: %d instead of %d\n%s", v.at, v.code, code, v.body)
	}
	for _, word := range words {
		if !strings.Contains(html.UnescapeString(v.body), word) {
			v.Fatalf("%s does not say %q\n%s", v.at, word, v.body)
		}
	}
	return v
}

// portal makes a session and opens its link.
func (c client) portal(pairs ...string) *visitor {
	c.Helper()
	session := c.made("/v1/billing_portal/sessions", append(pairs, "customer", c.Customer())...)
	return newVisitor(c.tester).open(session["url"].(string))
}

// typedCard is what a person types for a card.
func typedCard(number string, more ...string) []string {
	return append([]string{
		"number", number, "expiry", "09 / 30", "cvc", "123", "name", "Dana Whitfield", "country", "US", "postal_code", "10013",
	}, more...)
}

const goodNumber = "4000 0566 5566 5556"
