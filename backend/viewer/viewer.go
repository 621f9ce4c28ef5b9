// Package viewer has the system show a saved file: in the program the person uses
// for it, or in its folder.
package viewer

import (
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/pkg/browser"

	"billfold/backend/billing"
)

// openerLimit is how long an opener of the system may take: some end only with the
// program they open, so a longer wait says nothing.
const openerLimit = 2 * time.Second

// quiet keeps what an opener prints from our own output; the package has it global.
var quiet = sync.OnceFunc(func() { browser.Stdout, browser.Stderr = nil, nil })

// Open shows a file in the program that the system has for it. A nil error does
// not prove that one opened.
func Open(path string) error {
	return within(func() error { return openPlainly(path) })
}

// Show shows a file in its folder, and marks it there where the system can.
func Show(path string) error {
	return within(func() error {
		switch runtime.GOOS {
		case "darwin":
			return exec.Command("open", "-R", path).Run()
		case "windows":
			// Explorer gives 1 also when all went well.
			return exec.Command("explorer", "/select,"+path).Start()
		default:
			return openPlainly(filepath.Dir(path))
		}
	})
}

// openPlainly hands over an address in which nothing of the path has a meaning of
// its own.
func openPlainly(path string) error {
	if !filepath.IsAbs(path) {
		return billing.NewError(billing.CodeInvalid, "Only a file with its whole path can be shown.", nil)
	}
	quiet()
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // a Windows drive
		slashed = "/" + slashed
	}
	return browser.OpenURL((&url.URL{Scheme: "file", Path: slashed}).String())
}

// within runs an opener and waits for it only so long.
func within(open func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- open() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(openerLimit):
		return nil
	}
}
