//go:build !windows && !darwin

package desktopbus

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

func reachable() bool {
	named := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if named == "" {
		folder := os.Getenv("XDG_RUNTIME_DIR")
		return folder != "" && isSocket(filepath.Join(folder, "bus"))
	}
	for address := range strings.SplitSeq(named, ";") {
		kind, keys, _ := strings.Cut(address, ":")
		if kind != "unix" {
			continue
		}
		for pair := range strings.SplitSeq(keys, ",") {
			key, value, _ := strings.Cut(pair, "=")
			path, err := url.PathUnescape(value) // D-Bus writes addresses as URLs do
			if err == nil && (key == "abstract" || key == "path" && isSocket(path)) {
				return true
			}
		}
	}
	return false
}

func isSocket(path string) bool {
	found, err := os.Stat(path)
	return err == nil && found.Mode()&os.ModeSocket != 0
}
