//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// ownGroup gives a program and its children a process group of their own, so
// that killGroup ends them all: a browser is many processes.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func killGroup(c *exec.Cmd) { syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
