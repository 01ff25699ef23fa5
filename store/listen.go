package store

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// maxSocketPath is how long the path of a Unix socket may be everywhere: macOS
// has room for 103 bytes and a zero, Linux for 107.
const maxSocketPath = 100

// shortPrefix begins the name of a folder that is made for a socket alone.
const shortPrefix = "httpwhy-"

// listen opens the owner's socket: in the capture, or, where that cannot be
// (the path is too long, the file system has no sockets), in a short folder of
// its own. The lock file tells readers which.
func listen(dir string) (net.Listener, error) {
	path := filepath.Join(dir, "owner.sock")
	if len(path) <= maxSocketPath {
		removeSocket(path)
		if l, err := listenAt(path); err == nil {
			return l, nil
		}
	}
	var failed error
	for _, base := range []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir(), "/tmp"} {
		if base == "" || !filepath.IsAbs(base) {
			continue
		}
		short, err := os.MkdirTemp(base, shortPrefix) // 0700
		if err != nil {
			failed = err
			continue
		}
		l, err := listenAt(filepath.Join(short, "s"))
		if err == nil {
			return l, nil
		}
		failed = err
		os.Remove(short) //nolint:errcheck // it is empty, and only litter
	}
	return nil, fmt.Errorf("open a socket for other commands: %w", failed)
}

func listenAt(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // removeSocket does, with its folder
	if err := os.Chmod(path, 0o600); err != nil {
		removeSocket(path)
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// removeStaleSocket removes what an owner left behind that was killed. A socket
// that still answers belongs to the capture that this one is a copy of.
func removeStaleSocket(path string) {
	if path == "" {
		return
	}
	if conn, err := net.DialTimeout("unix", path, staleTime); err == nil {
		conn.Close()
		return
	}
	removeSocket(path)
}

// staleTime bounds the wait for a socket's owner. One that is gone is noticed at
// once.
const staleTime = time.Second

// removeSocket removes the socket at path, and the folder that was made for it.
// The path may come from a lock file of elsewhere: nothing else is removed.
func removeSocket(path string) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return
	}
	if os.Remove(path) != nil {
		return
	}
	if short := filepath.Dir(path); strings.HasPrefix(filepath.Base(short), shortPrefix) {
		os.Remove(short) //nolint:errcheck // fails unless it is empty, as it should
	}
}
