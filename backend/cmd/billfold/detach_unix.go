//go:build !windows

package main

import (
	"os/exec"
	"syscall"
)

// detach lets the app outlive this program and its terminal.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
