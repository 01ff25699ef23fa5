package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"httpwhy/inspector/exchange"
)

// mapSize is what the database maps at first: a read transaction that is open
// while the map grows would stop the writer.
const mapSize = 1 << 30

func dbPath(dir string) string { return filepath.Join(dir, "capture.db") }

// openDB opens the database of a capture. It waits no longer than patience for
// another process's lock (then berrors.ErrTimeout).
func openDB(dir string, readOnly bool, patience time.Duration) (db *bolt.DB, err error) {
	if err := checkFile(dbPath(dir)); err != nil && (readOnly || !errors.Is(err, fs.ErrNotExist)) {
		return nil, err
	}
	err = guard(dir, func() error {
		options := &bolt.Options{ReadOnly: readOnly, Timeout: patience, FreelistType: bolt.FreelistMapType, PreLoadFreelist: !readOnly}
		if !readOnly && mapAhead {
			options.InitialMmapSize = mapSize
		}
		db, err = bolt.Open(dbPath(dir), 0o600, options)
		return err
	})
	if errors.Is(err, berrors.ErrInvalid) || errors.Is(err, berrors.ErrVersionMismatch) || errors.Is(err, berrors.ErrChecksum) {
		err = damaged(dir, err)
	}
	return db, err
}

// damaged says what to do about a capture that cannot be read.
func damaged(dir string, why any) error {
	return fmt.Errorf("%s is damaged (%v): nothing was changed; move the folder away, or record to another with --capture DIR", dbPath(dir), why)
}

// guard runs f, and turns the panic of a database whose pages are damaged into
// an error. A page behind the end of a file that was cut faults in memory.
func guard(dir string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = damaged(dir, p)
		}
	}()
	return f()
}

// The layout of a meta page (bbolt internal/common: page header, then meta).
const (
	pageHeader  = 16
	metaLength  = 64
	boltMagic   = 0xED0CDAED
	minPageSize = 512
	maxPageSize = 64 << 10
)

// checkFile finds out whether path can be a database of bbolt, without opening
// it: a valid meta page, and no page behind the end of the file.
func checkFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if info.Size() == 0 {
		return fmt.Errorf("%s is empty: %w", path, fs.ErrNotExist) // made, but never written
	}
	head := make([]byte, min(info.Size(), 2*maxPageSize))
	if _, err := f.ReadAt(head, 0); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	var newest, pages, pageSize uint64
	for size := minPageSize; size <= maxPageSize; size *= 2 {
		for _, at := range []int{0, size} {
			m := metaAt(head, at, uint32(size))
			if m == nil {
				continue
			}
			if txid := binary.NativeEndian.Uint64(m[48:]); txid >= newest {
				newest, pages, pageSize = txid, binary.NativeEndian.Uint64(m[40:]), uint64(size)
			}
		}
	}
	switch {
	case pageSize == 0:
		return damaged(dir, "it has no valid header")
	case pages > uint64(info.Size())/pageSize:
		return damaged(dir, fmt.Sprintf("%d bytes of it are missing", pages*pageSize-uint64(info.Size())))
	}
	return nil
}

// metaAt is the meta at offset at of a database with that page size, nil if
// there is none or its checksum does not match.
func metaAt(head []byte, at int, pageSize uint32) []byte {
	if len(head) < at+pageHeader+metaLength {
		return nil
	}
	m := head[at+pageHeader:][:metaLength]
	sum := fnv.New64a()
	sum.Write(m[:56])
	if binary.NativeEndian.Uint32(m) != boltMagic || binary.NativeEndian.Uint32(m[8:]) != pageSize ||
		binary.NativeEndian.Uint64(m[56:]) != sum.Sum64() {
		return nil
	}
	return m
}

// files reads a capture through an open database. Nothing that it returns lies
// in the database's memory.
type files struct {
	dir string
	db  *bolt.DB
}

func (f files) view(read func(*bolt.Tx) error) error {
	return guard(f.dir, func() error { return f.db.View(read) })
}

// rows returns at most limit rows with from or a larger ID.
func (f files) rows(from exchange.ID, limit int) (rows []exchange.Row, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		cursor := tx.Bucket(rowsBucket).Cursor()
		headlines := tx.Bucket(headlinesBucket).Cursor()
		hk, hv := headlines.Seek(key(from))
		for k, v := cursor.Seek(key(from)); k != nil && len(rows) < limit; k, v = cursor.Next() {
			row, err := decodeRow(keyID(k), v)
			if err != nil {
				return err
			}
			for hk != nil && bytes.Compare(hk, k) < 0 {
				hk, hv = headlines.Next()
			}
			if bytes.Equal(hk, k) {
				if row.Findings, err = decodeHeadlines(hv); err != nil {
					return err
				}
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

// rowsOf returns the rows with these IDs, as far as they exist.
func (f files) rowsOf(ids []exchange.ID) (rows []exchange.Row, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		for _, id := range ids {
			v := tx.Bucket(rowsBucket).Get(key(id))
			if v == nil {
				continue
			}
			row, err := decodeRow(id, v)
			if err != nil {
				return err
			}
			if row.Findings, err = decodeHeadlines(tx.Bucket(headlinesBucket).Get(key(id))); err != nil {
				return err
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

// exchange returns a record with the heads of its bodies.
func (f files) exchange(id exchange.ID) (*exchange.Exchange, error) {
	var x *exchange.Exchange
	var es extents
	err := f.view(func(tx *bolt.Tx) error {
		v := tx.Bucket(recordsBucket).Get(key(id))
		if v == nil {
			return &NotFoundError{id}
		}
		var err error
		if x, err = decodeExchange(v); err != nil {
			return err
		}
		es, err = decodeExtents(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, b := range []struct {
		m  *exchange.Message
		es []extent
	}{{&x.Request, es.Request}, {x.Response, es.Response}} {
		if b.m == nil || len(b.es) == 0 {
			continue
		}
		if b.m.Body.Data, err = readExtents(f.dir, b.es, 0, exchange.HeadSize); err != nil {
			x.Notes = append(x.Notes, err.Error())
			shed(&b.m.Body, 0)
		}
	}
	return x, nil
}

func decodeExtents(tx *bolt.Tx, id exchange.ID) (es extents, err error) {
	if v := tx.Bucket(extentsBucket).Get(key(id)); v != nil {
		err = decoding.Unmarshal(v, &es)
	}
	return es, err
}

func (f files) findings(id exchange.ID) (fs []exchange.Finding, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		fs, err = decodeFindings(tx.Bucket(findingsBucket).Get(key(id)))
		return err
	})
	return fs, err
}

func (f files) readBody(id exchange.ID, side exchange.Side, off int64, n int) ([]byte, error) {
	var es extents
	err := f.view(func(tx *bolt.Tx) (err error) {
		if tx.Bucket(recordsBucket).Get(key(id)) == nil {
			return &NotFoundError{id}
		}
		es, err = decodeExtents(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if side == exchange.RequestSide {
		return readExtents(f.dir, es.Request, off, n)
	}
	return readExtents(f.dir, es.Response, off, n)
}

func (f files) count() (n int, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		if k, _ := tx.Bucket(rowsBucket).Cursor().Last(); k != nil {
			n = int(keyID(k))
		}
		return nil
	})
	return n, err
}

// NotFoundError says that a capture has no such exchange.
type NotFoundError struct{ ID exchange.ID }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("there is no exchange %d in this capture; httpwhy ls lists them", e.ID)
}
