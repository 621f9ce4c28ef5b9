#!/bin/sh
# Before it is removed, not before an update: dpkg says so by a word, rpm by a number.
set -e
if [ "$1" = remove ] || [ "$1" = 0 ]; then
	if [ -d /run/systemd/system ]; then
		systemctl disable --now billfold-gateway.service || true
	fi
fi
