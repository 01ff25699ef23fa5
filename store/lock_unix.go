//go:build !windows

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks f until it is closed or the process ends.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}

// closeMapped closes a file that is still mapped: the map would keep its lock.
func closeMapped(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}
