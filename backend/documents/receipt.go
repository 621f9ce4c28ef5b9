package documents

import (
	"context"
	"errors"
	"html"
	"net/url"
	"strings"

	"billfold/backend/billing"
	"billfold/backend/pattern"
)

// hrefs are the links of a page.
var hrefs = pattern.Of(`(?i)<a\s[^>]*?href\s*=\s*(?:"([^"<>]+)"|'([^'<>]+)')`)

// beside finds the PDF of a receipt whose link led to a page. The page links to it
// under the same path with /pdf at its end, at this host or another of Stripe's;
// where it does not, /pdf is put behind the path of the page itself, before the
// query. A receipt for a payment without an invoice is a page and nothing else.
// Source: MuckRock/squarelet pull request 797, which found both by trying.
func (f *Fetcher) beside(ctx context.Context, page fetched) (fetched, error) {
	for _, link := range f.receiptLinks(page) {
		got, err := f.follow(ctx, link)
		if err == nil && !got.page {
			return got, nil
		}
		if help, _ := remedyFor(err); help == laterOn {
			return got, err
		}
	}
	return fetched{}, faultOf(billing.CodeNotFound, "The vendor gives this receipt as a web page only, not as a PDF.", noRemedy,
		errPageOnly)
}

var errPageOnly = errors.New("no PDF beside the page")

// PageOnly tells whether a document failed because the vendor has no PDF of it, so
// that trying again soon makes no sense.
func PageOnly(err error) bool { return errors.Is(err, errPageOnly) }

// receiptLinks are the places where the PDF may be, the likeliest first.
func (f *Fetcher) receiptLinks(page fetched) []string {
	var links []string
	for _, found := range hrefs.Regexp().FindAllSubmatch(page.body, 64) {
		to, err := page.at.Parse(html.UnescapeString(string(found[1]) + string(found[2])))
		if err == nil && strings.HasSuffix(to.Path, "/pdf") && f.source.allows(to) == nil {
			links = append(links, to.String())
			break
		}
	}
	if at := page.at; !strings.HasSuffix(at.Path, "/pdf") {
		beside := url.URL{Scheme: at.Scheme, Host: at.Host, RawQuery: at.RawQuery, Path: strings.TrimSuffix(at.Path, "/") + "/pdf"}
		links = append(links, beside.String())
	}
	return links
}
