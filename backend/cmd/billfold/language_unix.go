//go:build !windows

package main

import (
	"cmp"
	"os"
)

// systemLanguages are those that the environment asks for, in POSIX's order.
func systemLanguages() []string {
	return []string{cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))}
}
