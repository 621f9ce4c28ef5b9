#!/bin/sh
# /etc/billfold may hold the vendor's keys: it stays.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload || true
fi
