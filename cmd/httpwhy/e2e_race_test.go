package main

import "os"

// The race detector lets every program sleep a second before it ends. These
// tests start hundreds of them, and wait for what they do by other means.
func init() {
	os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0")
}
