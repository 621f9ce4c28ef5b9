// Package sqlite keeps one subscriber's billing in a local SQLite file.
//
// The cache is disposable: a damaged file is set aside and filled again by the
// next pull. What only the person has lives in a file of its own, [Personal],
// which no repair of the cache touches.
package sqlite

import (
	"context"
	"embed"
	"sync/atomic"
)

//go:embed migration/*.sql
var cacheMigrations embed.FS

var cacheSchema = schema{files: cacheMigrations, folder: "migration", synchronous: "NORMAL", remake: remake}

// Cache is one subscriber's billing as the last pull saw it. Its methods may be
// called from many goroutines and while other processes use the same file.
type Cache struct {
	file *file
	// confirmed is when what is kept was last known to be still so, Unix seconds.
	confirmed atomic.Int64
}

// Open opens the cache at path, making folder (0700) and file (0600) where there
// are none, and brings an older schema up to date. A file of a newer Billfold is
// refused with CodeNewerFile and not touched. A damaged one is set aside as
// <path>.damaged-<Unix time> and a new one begun: see SetAside. Where nothing can
// be written an existing file is opened for reading alone. CodeUnreadable and
// CodeDiskFull say that there is no way to keep a file there.
func Open(ctx context.Context, path string) (*Cache, error) {
	opened, err := openFile(ctx, path, cacheSchema)
	if err != nil {
		return nil, err
	}
	return &Cache{file: opened}, nil
}

// Close closes the file.
func (c *Cache) Close() error {
	// Whoever cannot note it has an older "as of", and nothing worse.
	_ = c.keepConfirmed()
	return c.file.close()
}

// Path is the absolute path of the file.
func (c *Cache) Path() string { return c.file.path }

// SetAside is where Open moved a damaged file to, "" when there was none.
func (c *Cache) SetAside() string { return c.file.setAside }

// ReadOnly tells whether the file could be opened for reading alone.
func (c *Cache) ReadOnly() bool { return c.file.readOnly }
