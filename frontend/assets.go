// Package frontend carries the built window: the files that Vite writes to dist.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Assets is the built window with index.html at its root. On a tree where the
// frontend was not built it holds no index.html; Built tells.
func Assets() fs.FS {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path: this cannot happen
	}
	return built
}

// Built tells whether the frontend was built before this program was.
func Built() bool {
	_, err := fs.Stat(Assets(), "index.html")
	return err == nil
}
