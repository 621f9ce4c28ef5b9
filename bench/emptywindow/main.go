//go:build desktop && linux

// Command emptywindow is the least that Wails can show: a page with one sentence.
// The start of Billfold's window is measured against it.
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
)

//go:embed page
var files embed.FS

func main() {
	page, err := fs.Sub(files, "page")
	if err == nil {
		err = wails.Run(&options.App{
			Title: "Empty", Width: 1120, Height: 760,
			AssetServer: &assetserver.Options{Assets: page},
			Linux:       &linux.Options{WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
