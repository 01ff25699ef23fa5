package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// captureDir is the folder of the capture: the flag, else HTTPWHY_CAPTURE, else
// $XDG_STATE_HOME/httpwhy/capture (by default ~/.local/state/httpwhy/capture).
func (p *program) captureDir() (string, error) {
	for _, dir := range []string{p.capture, os.Getenv("HTTPWHY_CAPTURE")} {
		if dir != "" {
			return filepath.Abs(dir)
		}
	}
	base, err := baseDir("XDG_STATE_HOME", ".local/state")
	return filepath.Join(base, "capture"), err
}

// caDir is where the certificate authority lives, apart from the captures: it
// outlives them, and is not shared with who gets one.
func caDir() (string, error) {
	base, err := baseDir("XDG_DATA_HOME", ".local/share")
	return filepath.Join(base, "ca"), err
}

// baseDir is our folder under an XDG base directory. A relative value of the
// variable is invalid and ignored (XDG Base Directory Specification).
func baseDir(variable, fallback string) (string, error) {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "httpwhy"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the home folder: %w; set %s", err, variable)
	}
	return filepath.Join(home, filepath.FromSlash(fallback), "httpwhy"), nil
}
