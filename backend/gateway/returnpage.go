package gateway

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"billfold/backend/gateway/scope"
	"billfold/backend/stripewire"
)

// page leads from the portal back to the app. It says nothing about what happened
// there: the app asks.
var page = template.Must(template.New("return").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="0; url={{.Address}}">
<title>Back to {{.Name}}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { display: grid; place-content: center; min-height: 100vh; margin: 0; padding: 0 1rem; text-align: center }
a { color: inherit }
</style>
</head>
<body>
<main>
<h1>You can close this tab</h1>
<p>{{.Name}} is showing the latest state of your billing.</p>
<p><a href="{{.Address}}">Go back to {{.Name}}</a></p>
</main>
</body>
</html>
`))

// returnPage hands back to the app on this machine's loopback address, at the
// one-time path that the app gave when it opened the portal.
// Source: RFC 8252, section 7.3.
func (v *visit) returnPage(path string) {
	parts := scope.ReturnForm.Regexp().FindStringSubmatch(strings.TrimPrefix(path, returnPath))
	port := 0
	if parts != nil {
		port, _ = strconv.Atoi(parts[1])
	}
	if v.r.Method != http.MethodGet || v.config.PublicURL == "" || port < 1024 || port > 65535 {
		refused := stripewire.UnknownURL(v.r.Method, "the return page")
		v.status = refused.Status
		refused.Write(v.w)
		return
	}
	name := v.config.Policy.Vendor
	if name == "" {
		name = "Billfold"
	}
	header := v.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	v.status = http.StatusOK
	_ = page.Execute(v.w, struct { // a reader that is gone needs no answer
		Name    string
		Address template.URL // made of a number and of letters without a meaning
	}{name, template.URL("http://127.0.0.1:" + parts[1] + "/" + parts[2])})
}
