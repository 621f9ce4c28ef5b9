package documents_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"billfold/backend/billing"
	"billfold/backend/documents"
)

// secret stands in every link of these tests and must never be told.
const secret = "SECRET"

func page(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte("<!doctype html><title>Sign in</title>"))
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// badAnswers are what may come in place of a PDF, and what is said of it.
var badAnswers = []struct {
	name   string
	answer http.HandlerFunc
	code   billing.Code
	words  string
	asked  int // how often it is tried in all
}{
	{"AnExpiredLinkIsAskedForOnceMore", status(http.StatusGone), billing.CodeNotFound, "expired", 2},
	{"ALinkThatIsForbidden", status(http.StatusForbidden), billing.CodeNotFound, "expired", 2},
	{"NotFound", status(http.StatusNotFound), billing.CodeNotFound, "not where the vendor says", 2},
	{"AServerFault", status(http.StatusBadGateway), billing.CodeUnavailable, "a problem of its own", 4},
	{"ALoginPage", func(w http.ResponseWriter, _ *http.Request) { page(w) }, billing.CodeNotStripe, "web page", 2},
	{"APageThatSaysItIsAPDF", func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, []byte("<!doctype html>")) }, billing.CodeNotStripe, "other than a PDF", 2},
	{"AnotherType", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/zip")
		_, _ = w.Write(pdfOf("zip"))
	}, billing.CodeNotStripe, "other than a PDF", 1},
	{"NoBytes", func(w http.ResponseWriter, _ *http.Request) { sendPDF(w, nil) }, billing.CodeNotStripe, "other than a PDF", 2},
	{"TheLengthIsNotReached", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		sendPDF(w, pdfOf("short"))
	}, billing.CodeUnavailable, "cut short", 4},
	{"TheEndIsMissing", func(w http.ResponseWriter, _ *http.Request) {
		body := pdfOf("no end")
		sendPDF(w, body[:len(body)-10])
	}, billing.CodeUnavailable, "cut short", 4},
	{"TheMiddleIsMissing", func(w http.ResponseWriter, _ *http.Request) {
		body := pdfOf("no middle")
		sendPDF(w, append(append([]byte{}, body[:60]...), body[200:]...))
	}, billing.CodeUnavailable, "cut short", 4},
	{"EndlessBytes", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		block := append([]byte("%PDF-1.4\n"), make([]byte, 1<<20)...)
		for {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}, billing.CodeNotStripe, "larger than any invoice", 1},
	{"ALengthThatIsTooLarge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "99999999999")
		w.Header().Set("Content-Type", "application/pdf")
		w.WriteHeader(http.StatusOK)
	}, billing.CodeNotStripe, "larger than any invoice", 1},
	{"ARedirectToAFile", redirect("file:///etc/passwd"), billing.CodeNotStripe, "not the vendor's", 1},
	{"ARedirectToPlainHTTP", redirect("http://pay.stripe.com/x"), billing.CodeNotStripe, "not the vendor's", 1},
	{"ARedirectToAnotherHost", redirect("https://evil.example/x"), billing.CodeNotStripe, "not the vendor's", 1},
	{"ARedirectToAPrivateAddress", redirect("https://10.0.0.1/x"), billing.CodeNotStripe, "not the vendor's", 1},
	{"ARedirectToTheCloudsOwnAddress", redirect("http://169.254.169.254/latest"), billing.CodeNotStripe, "not the vendor's", 1},
	{"ARedirectToAnotherPortOfThisMachine", redirect("http://127.0.0.1:1/x"), billing.CodeNotStripe, "not the vendor's", 1},
	{"ARedirectWithAUserName", redirect("https://pay.stripe.com@evil.example/x"), billing.CodeNotStripe, "not the vendor's", 1},
	{"AKnownNameThatLeadsToThisMachine", redirect("https://localhost/x"), billing.CodeNotStripe, "not the vendor's", 1},
	{"ARedirectInCircles", redirect("/in_1?" + secret), billing.CodeNotStripe, "in circles", 6},
	{"ARedirectToNowhere", status(http.StatusFound), billing.CodeNotStripe, "not the vendor's", 1},
}

func TestWhatIsNoPDFIsToldOfAndNothingIsLeft(t *testing.T) {
	for _, c := range badAnswers {
		t.Run(c.name, func(t *testing.T) {
			v := newVendor(t)
			vault := newVault(t, v)
			// localhost is let in as a name, so that only the look at its address is left.
			vault.Fetcher = documents.NewFetcher(documents.FetcherConfig{Source: documents.Source{
				Own: v.URL, Hosts: append(documents.StripeHosts(), "localhost"),
			}})
			defer vault.Fetcher.Close()
			vault.Link = func(_ context.Context, of billing.DocumentRef) (string, error) {
				return v.URL + "/" + of.ID + "?" + secret, nil
			}
			v.spoil("/in_1", c.answer)
			got, err := vault.Save(t.Context(), bills(3), nil)
			if err != nil || got.Saved != 2 || got.Failed != 1 || got.Done != 3 || len(got.Failures) != 1 {
				t.Fatalf("Save = %+v, %v", got, err)
			}
			failed := got.Failures[0]
			if billing.CodeOf(failed.Err) != c.code || !strings.Contains(billing.MessageOf(failed.Err), c.words) {
				t.Errorf("%s: %v", billing.CodeOf(failed.Err), failed.Err)
			}
			if asked := v.timesAsked("/in_1"); asked != c.asked {
				t.Errorf("asked %d times", asked)
			}
			if strings.Contains(failed.Err.Error(), secret) || strings.Contains(fmt.Sprintf("%+v", failed.Err), secret) {
				t.Errorf("the link is told: %v", failed.Err)
			}
			if found := files(t, vault.Folder); len(found) != 2 {
				t.Errorf("files %v", found)
			}
			v.heal()
			if next := mustSave(t, vault, bills(3)); next.Saved != 1 || next.Unchanged != 2 {
				t.Errorf("the next run: %+v", next)
			}
		})
	}
}

func TestAnExpiredLinkIsReplacedByAFreshOne(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	links := 0
	vault.Link = func(context.Context, billing.DocumentRef) (string, error) {
		links++
		return fmt.Sprintf("%s/link%d", v.URL, links), nil
	}
	v.spoil("/link1", status(http.StatusGone))
	if got := mustSave(t, vault, bills(1)); got.Saved != 1 || links != 2 {
		t.Errorf("outcome %+v, %d links", got, links)
	}
}

func TestADripThatNeverEndsIsGivenUp(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	vault.Fetcher = documents.NewFetcher(documents.FetcherConfig{Source: documents.Source{Own: v.URL}, Takes: 50 * time.Millisecond})
	defer vault.Fetcher.Close()
	v.spoil("/in_0", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = w.Write([]byte("%PDF-1.4\n"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	got, err := vault.Save(t.Context(), bills(1), nil)
	if err != nil || len(got.Failures) != 1 || !strings.Contains(billing.MessageOf(got.Failures[0].Err), "too long") {
		t.Errorf("Save = %+v, %v", got, err)
	}
}

func TestNobodyGetsATokenACookieOrTheLinkBefore(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	headers := make(chan http.Header, 2)
	v.spoil("/in_0", func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header
		w.Header().Set("Set-Cookie", "a=b")
		redirect("/there")(w, r)
	})
	v.spoil("/there", func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header
		sendPDF(w, pdfOf("x"))
	})
	mustSave(t, vault, bills(1))
	for range 2 {
		got := <-headers
		for _, name := range []string{"Authorization", "Cookie", "Referer"} {
			if got.Get(name) != "" {
				t.Errorf("%s was sent", name)
			}
		}
	}
}

func TestWithoutANetworkTheRunEndsAtOnce(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	mustSave(t, vault, bills(2))
	offline := billing.NewError(billing.CodeOffline, "No network.", nil)
	vault.Link = func(context.Context, billing.DocumentRef) (string, error) { return "", offline }
	got, err := vault.Save(t.Context(), bills(300), nil)
	if !errors.Is(err, offline) || got.Unchanged != 2 || got.Failed != 0 {
		t.Errorf("Save = %+v, %v", got, err)
	}
	if found := files(t, vault.Folder); len(found) != 2 {
		t.Errorf("files %v", found)
	}
}

func TestReceiptsAreFoundBesideTheirPage(t *testing.T) {
	receipt := billing.Document{DocumentRef: billing.DocumentRef{Kind: billing.DocumentReceipt, ID: "ch_1"}, Number: "1234-5678", Stamp: "paid"}
	cases := []struct {
		name   string
		link   string
		answer map[string]http.HandlerFunc
		want   string // path of the PDF, "" for none
	}{
		{"APDFAtOnce", "/r/1", nil, "/r/1"},
		{"BehindTheLinkOfThePage", "/receipts/invoices/A?s=ap", map[string]http.HandlerFunc{
			"/receipts/invoices/A": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte(`<a href="https://evil.example/receipts/pdf">x</a> <a class="b" href="/receipts/invoices/B/pdf?s=em&amp;x=1">Download receipt</a>`))
			},
		}, "/receipts/invoices/B/pdf"},
		{"BesideThePage", "/receipts/invoices/A?s=ap", map[string]http.HandlerFunc{
			"/receipts/invoices/A": func(w http.ResponseWriter, _ *http.Request) { page(w) },
		}, "/receipts/invoices/A/pdf"},
		{"ThePageIsAllThereIs", "/receipts/payment/A", map[string]http.HandlerFunc{
			"/receipts/payment/A":     func(w http.ResponseWriter, _ *http.Request) { page(w) },
			"/receipts/payment/A/pdf": func(w http.ResponseWriter, _ *http.Request) { page(w) },
		}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := newVendor(t)
			vault := newVault(t, v)
			vault.Link = func(context.Context, billing.DocumentRef) (string, error) { return v.URL + c.link, nil }
			for path, answer := range c.answer {
				v.spoil(path, answer)
			}
			got, err := vault.Save(t.Context(), []billing.Document{receipt}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				if len(got.Failures) != 1 || !documents.PageOnly(got.Failures[0].Err) {
					t.Errorf("outcome %+v", got)
				}
				return
			}
			if saved := mustList(t, vault); len(saved) != 1 || !bytes.Equal(mustRead(t, saved[0].Path), pdfOf(c.want)) {
				t.Errorf("outcome %+v, listed %+v", got, saved)
			}
		})
	}
}

func TestAPrivateAddressBehindAKnownNameIsRefused(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "198.18.0.1", "224.0.0.1", "255.255.255.255",
		"::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::",
	} {
		if documents.Public(address) {
			t.Errorf("%s counts as public", address)
		}
	}
	for _, address := range []string{"54.187.119.242", "2600:1901::1", "64:ff9b::36bb:77f2"} {
		if !documents.Public(address) {
			t.Errorf("%s counts as private", address)
		}
	}
}

func TestHostsAreKnownByTheirWholeName(t *testing.T) {
	source := documents.Source{Hosts: documents.StripeHosts(), Own: "https://gateway.example:8443"}
	for link, want := range map[string]bool{
		"https://pay.stripe.com/invoice/acct_1/live_x/pdf?s=ap":             true,
		"https://PAY.stripe.com/x":                                          true,
		"https://pay.stripe.com:443/x":                                      true,
		"https://stripe-upload-api.s3.us-west-1.amazonaws.com/uploads/x":    true,
		"https://gateway.example:8443/documents/x":                          true,
		"https://gateway.example/documents/x":                               false,
		"http://gateway.example:8443/documents/x":                           false,
		"https://pay.stripe.com:8443/x":                                     false,
		"https://pay.stripe.com.evil.example/x":                             false,
		"https://evilpay.stripe.com/x":                                      false,
		"https://pay.stripe.com./x":                                         false,
		"https://other-bucket.s3.us-west-1.amazonaws.com/x":                 false,
		"https://stripe-upload-api.s3.evil.example.us-west-1.amazonaws.com": false,
		"https://user@pay.stripe.com/x":                                     false,
		"http://pay.stripe.com/x":                                           false,
		"https:pay.stripe.com":                                              false,
		"javascript:alert(1)":                                               false,
		"":                                                                  false,
	} {
		if got := documents.Allows(source, link); got != want {
			t.Errorf("%s: allowed is %v", link, got)
		}
	}
}

func TestAFolderThatIsGoneMidwayIsToldOf(t *testing.T) {
	v := newVendor(t)
	vault := newVault(t, v)
	got, err := vault.Save(t.Context(), bills(300), func(p documents.Progress) {
		if p.Saved > 10 {
			_ = os.RemoveAll(vault.Folder)
		}
	})
	if billing.CodeOf(err) != billing.CodeUnreadable || !strings.Contains(billing.MessageOf(err), "not there any more") {
		t.Fatalf("Save = %+v, %v", got, err)
	}
	if next := mustSave(t, vault, bills(300)); len(files(t, vault.Folder)) != 300 {
		t.Errorf("the next run: %+v", next)
	}
}

func TestAFileWhereAFolderShouldBeIsToldOf(t *testing.T) {
	vault := newVault(t, newVendor(t))
	if err := os.WriteFile(vault.Folder, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Save(t.Context(), bills(1), nil); billing.CodeOf(err) != billing.CodeUnreadable {
		t.Errorf("Save = %v", err)
	}
	if string(mustRead(t, vault.Folder)) != "mine" {
		t.Error("the file was overwritten")
	}
}

func TestALinkOutOfTheFolderIsNotFollowed(t *testing.T) {
	vault := newVault(t, newVendor(t))
	outside := t.TempDir()
	if err := os.MkdirAll(vault.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(vault.Folder, "Quillforge")); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Save(t.Context(), bills(1), nil); err == nil {
		t.Error("something was saved")
	}
	if found := files(t, outside); len(found) != 0 {
		t.Errorf("outside the folder: %v", found)
	}
}
