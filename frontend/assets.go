// Package frontend carries the built window: the files that Vite writes to dist.
package frontend

import (
	"bytes"
	"embed"
	"io/fs"
	"time"
)

//go:embed all:dist
var dist embed.FS

// vendorSheet is where the page looks for a vendor's colours.
const vendorSheet = "vendor.css"

// Assets is the built window with index.html at its root, in a vendor's colours where
// there are any: css is backend/accent's sheet, or "". On a tree where the frontend was
// not built it holds no index.html; Built tells.
func Assets(css string) fs.FS {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path: this cannot happen
	}
	if css == "" {
		return built
	}
	return painted{FS: built, css: css}
}

// Built tells whether the frontend was built before this program was.
func Built() bool {
	_, err := fs.Stat(Assets(""), "index.html")
	return err == nil
}

// painted has the vendor's sheet in place of the empty one.
type painted struct {
	fs.FS
	css string
}

func (p painted) Open(name string) (fs.File, error) {
	if name != vendorSheet {
		return p.FS.Open(name)
	}
	return sheet{bytes.NewReader([]byte(p.css))}, nil
}

// sheet is a file of its own, and what is known of it.
type sheet struct{ *bytes.Reader }

func (s sheet) Stat() (fs.FileInfo, error) { return s, nil }
func (s sheet) Close() error               { return nil }
func (s sheet) Name() string               { return vendorSheet }
func (s sheet) Mode() fs.FileMode          { return 0o444 }
func (s sheet) ModTime() time.Time         { return time.Time{} }
func (s sheet) IsDir() bool                { return false }
func (s sheet) Sys() any                   { return nil }
