package main

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"os"
	goruntime "runtime"

	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"

	"billfold/backend/billing"
	"billfold/backend/browsermode"
	"billfold/backend/companion"
	"billfold/frontend"
)

//go:embed build/appicon.png
var icon []byte

// The first size of the window, and the least at which everything can be used, in
// CSS pixels.
const (
	windowWidth, windowHeight       = 1120, 760
	leastWindowWidth, leastWindowHt = 720, 480
)

// The page's own background in both themes (--surface in tokens.css), so that the
// window does not flash before the page is painted.
var (
	lightSurface = options.NewRGB(0xf5, 0xf4, 0xf1)
	darkSurface  = options.NewRGB(0x17, 0x16, 0x14)
	// systemSurface lets the desktop's own window colour through, since the system's
	// theme is not known before the page is there.
	systemSurface = options.NewRGBA(0xff, 0xff, 0xff, 0)
)

// windowOptions are for a window in a theme, with a vendor's colours as css or "".
func windowOptions(app *App, theme, css string) *options.App {
	// WebKitGTK leaves the window blank with some graphics drivers otherwise.
	if _, set := os.LookupEnv("WEBKIT_DISABLE_DMABUF_RENDERER"); !set {
		_ = os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
	}
	return &options.App{
		Title:            "Billfold",
		Width:            windowWidth,
		Height:           windowHeight,
		MinWidth:         leastWindowWidth,
		MinHeight:        leastWindowHt,
		BackgroundColour: surface(theme),
		AssetServer:      &assetserver.Options{Assets: frontend.Assets(css), Middleware: onlyItself},
		OnStartup:        app.started,
		OnDomReady:       app.painted,
		OnBeforeClose:    app.closing,
		OnShutdown:       app.ending,
		Bind:             []any{app},
		ErrorFormatter:   problemText,
		Mac:              &mac.Options{OnUrlOpen: app.openLink},
		Linux: &linux.Options{
			Icon:        icon,
			ProgramName: "billfold",
			// Wails would turn it on, as soon as there are options for Linux.
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever,
		},
	}
}

func surface(theme string) *options.RGBA {
	switch theme {
	case "light":
		return lightSurface
	case "dark":
		return darkSurface
	default:
		return systemSurface
	}
}

// problemText sends an error to the window as the JSON text of a Problem: Wails
// makes a JavaScript Error of it, whose message can only be text.
func problemText(err error) any {
	text, err := json.Marshal(companion.ProblemOf(err))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// onlyItself keeps the page from loading or calling anything but this program.
func onlyItself(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", browsermode.ContentSecurityPolicy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// displayThere tells in a sentence what GTK would otherwise end the program for.
func displayThere() error {
	if goruntime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "" {
		return nil
	}
	return billing.NewError(billing.CodeInvalid,
		"There is no display here to open a window on. Use browser mode instead: billfold web", nil)
}
