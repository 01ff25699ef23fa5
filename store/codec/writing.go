package codec

import (
	"encoding/binary"
	"time"
)

// The major types of CBOR (RFC 8949 section 3.1), and its true.
const (
	uintType  = 0 << 5
	intType   = 1 << 5
	bytesType = 2 << 5
	arrayType = 4 << 5
	mapType   = 5 << 5
	cborTrue  = 0xf5
)

// appendHead appends the head of an item: n is its value or its length.
func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

// AppendArray appends the head of a list of n items.
func AppendArray(b []byte, n int) []byte { return appendHead(b, arrayType, uint64(n)) }

// AppendMap appends the head of a map of n keys, each with its value.
func AppendMap(b []byte, n int) []byte { return appendHead(b, mapType, uint64(n)) }

// AppendInt appends an integer, which may be a key.
func AppendInt(b []byte, v int64) []byte {
	if v < 0 {
		return appendHead(b, intType, uint64(^v))
	}
	return appendHead(b, uintType, uint64(v))
}

func appendBytes[T string | []byte](b []byte, s T) []byte {
	return append(appendHead(b, bytesType, uint64(len(s))), s...)
}

// mapping writes a map whose keys are below 24, and so are its pairs: the head
// and each key are one byte. What is empty is left out.
type mapping struct {
	b    []byte
	head int // where in b
}

func beginMap(b []byte) mapping { return mapping{append(b, mapType), len(b)} }

// key begins a pair.
func (m *mapping) key(k byte) {
	m.b[m.head]++
	m.b = append(m.b, k)
}

func (m *mapping) int(k byte, v int64) {
	if v != 0 {
		m.key(k)
		m.b = AppendInt(m.b, v)
	}
}

func (m *mapping) uint(k byte, v uint64) {
	if v != 0 {
		m.key(k)
		m.b = appendHead(m.b, uintType, v)
	}
}

func (m *mapping) flag(k byte, v bool) {
	if v {
		m.key(k)
		m.b = append(m.b, cborTrue)
	}
}

func (m *mapping) text(k byte, s string) {
	if s != "" {
		m.key(k)
		m.b = appendBytes(m.b, s)
	}
}

func (m *mapping) bytes(k byte, p []byte) {
	if len(p) > 0 {
		m.key(k)
		m.b = appendBytes(m.b, p)
	}
}

// digest leaves a zero digest out.
func (m *mapping) digest(k byte, sum *[32]byte) {
	if *sum != [32]byte{} {
		m.bytes(k, sum[:])
	}
}

func (m *mapping) texts(k byte, list []string) {
	if m.list(k, len(list)) {
		for _, s := range list {
			m.b = appendBytes(m.b, s)
		}
	}
}

// list begins a list of n items, and reports whether there are any.
func (m *mapping) list(k byte, n int) bool {
	if n == 0 {
		return false
	}
	m.key(k)
	m.b = AppendArray(m.b, n)
	return true
}

// times appends durations under the keys from 1 on.
func (m *mapping) times(list ...time.Duration) {
	for i, d := range list {
		m.int(byte(i+1), int64(d))
	}
}
