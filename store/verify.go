package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// UnusableError says that the database of a capture is damaged, or not one that
// this program knows. The file was left as it is.
type UnusableError struct {
	Path string
	// Reason is what is wrong with it.
	Reason error
}

func (e *UnusableError) Error() string {
	return fmt.Sprintf("%s cannot be used: %v; it was left as it is: move its folder away, or choose another with --capture DIR", e.Path, e.Reason)
}

func (e *UnusableError) Unwrap() error { return e.Reason }

// A page of bbolt begins with a header of 16 bytes; a meta page goes on with
// the fields below in the byte order of the machine. Two of them, the pages 0
// and 1, are written in turn.
const (
	pageHeader = 16
	metaSize   = 64
	metaSummed = 56 // bytes before the checksum, FNV-64a
	boltMagic  = 0xED0CDAED
	boltFormat = 2

	minPageSize = 1 << 10
	maxPageSize = 1 << 24
)

type meta struct {
	pageSize, root, freelist, pages, transaction uint64
}

// verify finds out whether the file can be opened as a database: bbolt would
// panic at a damaged one, or fault behind the end of one that was cut.
func verify(f *os.File) error {
	// The size last: an owner may be at work, and the file grows before the
	// header says so.
	m, invalid := newestMeta(f)
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.Size() == 0:
		return errors.New("it is damaged: it is empty")
	case invalid != nil:
		return invalid
	case m.root >= m.pages || m.freelist >= m.pages:
		return errors.New("it is damaged: its header is inconsistent")
	case m.pages > uint64(info.Size())/m.pageSize:
		return fmt.Errorf("it is damaged: %d bytes are missing", m.pages*m.pageSize-uint64(info.Size()))
	}
	return nil
}

// newestMeta returns the valid meta page of the latest transaction.
func newestMeta(f io.ReaderAt) (meta, error) {
	var newest meta
	first, ok := readMeta(f, 0)
	if ok {
		newest = first
	}
	for size := int64(minPageSize); size <= maxPageSize; size *= 2 {
		if ok && size != int64(first.pageSize) {
			continue
		}
		second, valid := readMeta(f, size)
		if valid && second.pageSize == uint64(size) && (newest.pageSize == 0 || second.transaction > newest.transaction) {
			newest = second
		}
	}
	if newest.pageSize == 0 {
		return meta{}, errors.New("it is damaged, or no database: it has no valid header")
	}
	return newest, nil
}

func readMeta(f io.ReaderAt, off int64) (meta, bool) {
	b := make([]byte, metaSize)
	if _, err := f.ReadAt(b, off+pageHeader); err != nil {
		return meta{}, false
	}
	sum := fnv.New64a()
	sum.Write(b[:metaSummed])
	order := binary.NativeEndian
	m := meta{
		pageSize: uint64(order.Uint32(b[8:])), root: order.Uint64(b[16:]), freelist: order.Uint64(b[32:]),
		pages: order.Uint64(b[40:]), transaction: order.Uint64(b[48:]),
	}
	valid := order.Uint32(b) == boltMagic && order.Uint32(b[4:]) == boltFormat && order.Uint64(b[metaSummed:]) == sum.Sum64() &&
		m.pageSize >= minPageSize && m.pageSize <= maxPageSize && m.pages < 1<<40
	return m, valid
}
