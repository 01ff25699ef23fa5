package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// database is capture.db. Its methods return an error where bbolt would panic
// at a damaged page.
type database struct {
	path string
	bolt *bbolt.DB
	file *os.File
	// broken is set after a panic in a write: bbolt may still hold its locks.
	broken atomic.Pointer[UnusableError]
}

func databasePath(dir string) string { return filepath.Join(dir, "capture.db") }

// mapAhead is the address space that the owner maps at once. The map of a
// database that outgrew it waits for all readers, and makes new ones wait. On
// Windows a file is as large as its map.
func mapAhead() int {
	if runtime.GOOS == "windows" || strconv.IntSize == 32 {
		return 0
	}
	return 1 << 30
}

// growth is by how much the database file grows at a time.
const growth = 4 << 20

// openDatabase opens the database at path, which exists. While another process
// has it locked it waits up to patience, and returns bbolt's ErrTimeout then.
func openDatabase(path string, readOnly bool, patience time.Duration) (*database, error) {
	d := &database{path: path}
	options := &bbolt.Options{
		Timeout: patience, ReadOnly: readOnly, FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			var err error
			d.file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
			return d.file, err
		},
	}
	if !readOnly {
		options.InitialMmapSize = mapAhead()
	}
	err := d.guard(func() (err error) {
		d.bolt, err = bbolt.Open(path, 0o600, options)
		return err
	})
	if err == nil {
		d.bolt.AllocSize = growth
		return d, nil
	}
	if damaged := new(UnusableError); errors.As(err, &damaged) && d.file != nil {
		return nil, errors.Join(err, closeMapped(d.file)) // bbolt did not come to it
	}
	if errors.Is(err, bbolterrors.ErrInvalid) || errors.Is(err, bbolterrors.ErrChecksum) || errors.Is(err, bbolterrors.ErrVersionMismatch) {
		err = &UnusableError{path, fmt.Errorf("it is damaged: %w", err)}
	}
	return nil, err
}

// verifyFile is verify for the file at path.
func verifyFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := verify(f); err != nil {
		return &UnusableError{path, err}
	}
	return nil
}

// createDatabase makes an empty capture at path. It appears there complete or
// not at all.
func createDatabase(path string) error {
	unfinished := path + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	db, err := bbolt.Open(unfinished, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return err
	}
	err = db.Update(create)
	if err = errors.Join(err, db.Close()); err == nil {
		err = os.Rename(unfinished, path)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(unfinished))
	}
	return syncDir(filepath.Dir(path))
}

func (d *database) view(f func(*bbolt.Tx) error) error {
	if broken := d.broken.Load(); broken != nil {
		return broken
	}
	return d.guard(func() error { return d.bolt.View(f) })
}

func (d *database) update(f func(*bbolt.Tx) error) error {
	if broken := d.broken.Load(); broken != nil {
		return broken
	}
	returned := false
	err := d.guard(func() error {
		err := d.bolt.Update(f)
		returned = true
		return err
	})
	if damaged := new(UnusableError); !returned && errors.As(err, &damaged) {
		d.broken.Store(damaged)
	}
	return err
}

// guard turns a panic of bbolt, and a fault in the mapped file, into an error.
func (d *database) guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if reason := recover(); reason != nil {
			err = &UnusableError{d.path, fmt.Errorf("it is damaged: %v", reason)}
		}
	}()
	return f()
}

func (d *database) close() error {
	if d.broken.Load() != nil {
		// bbolt's own Close might wait for a lock that nobody gives back.
		return closeMapped(d.file)
	}
	return d.guard(d.bolt.Close)
}
