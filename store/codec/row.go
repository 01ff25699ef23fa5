package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
)

// A row is not CBOR: a list of a million rows is decoded in one go, and this
// form costs one allocation per row. It is
//
//	1 (the form's version)
//	ID, start (seconds, nanoseconds), duration, status, request bytes,
//	response bytes, flags as variable-length integers
//	nine strings, each behind its length
//	the headlines
const rowForm = 1

const synthetic = 1 << 0

var errRow = errors.New("decode a row: it is damaged")

// AppendRow appends the encoded form of r to b.
func AppendRow(b []byte, r *exchange.Row) []byte {
	var flags uint64
	if r.Synthetic {
		flags |= synthetic
	}
	b = append(b, rowForm)
	b = binary.AppendUvarint(b, uint64(r.ID))
	for _, v := range [...]int64{
		r.Start.Unix(), int64(r.Start.Nanosecond()), int64(r.Duration), int64(r.Status), r.RequestBytes, r.ResponseBytes,
	} {
		b = binary.AppendVarint(b, v)
	}
	b = binary.AppendUvarint(b, flags)
	for _, s := range [...]string{
		string(r.State), string(r.Mode), r.Client, r.Method, r.URL, r.Proto, r.MIME, string(r.FailureKind), r.FailureMessage,
	} {
		b = appendString(b, s)
	}
	return AppendHeadlines(b, r.Findings)
}

// DecodeRow decodes what AppendRow appended.
func DecodeRow(b []byte) (exchange.Row, error) {
	if len(b) == 0 {
		return exchange.Row{}, errRow
	}
	if b[0] != rowForm {
		return exchange.Row{}, fmt.Errorf("decode a row: its form %d is unknown to this version of httpwhy", b[0])
	}
	// One copy; the row's strings are parts of it.
	d := cursor{s: string(b[1:])}
	r := exchange.Row{ID: exchange.ID(d.uint())}
	seconds, nanos := d.int(), d.int()
	r.Start = time.Unix(seconds, nanos)
	r.Duration, r.Status = time.Duration(d.int()), int(d.int())
	r.RequestBytes, r.ResponseBytes = d.int(), d.int()
	r.Synthetic = d.uint()&synthetic != 0
	r.State, r.Mode = exchange.State(d.string()), exchange.Mode(d.string())
	r.Client, r.Method, r.URL, r.Proto, r.MIME = d.string(), d.string(), d.string(), d.string(), d.string()
	r.FailureKind, r.FailureMessage = exchange.FailureKind(d.string()), d.string()
	r.Findings = d.headlines()
	if d.bad || d.s != "" {
		return exchange.Row{}, errRow
	}
	return r, nil
}

// MarshalRows encodes rows, each behind its length.
func MarshalRows(rows []exchange.Row) []byte {
	var b, row []byte
	for i := range rows {
		row = AppendRow(row[:0], &rows[i])
		b = append(binary.AppendUvarint(b, uint64(len(row))), row...)
	}
	return b
}

// UnmarshalRows decodes what MarshalRows made.
func UnmarshalRows(b []byte) ([]exchange.Row, error) {
	var rows []exchange.Row
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return nil, errRow
		}
		row, err := DecodeRow(b[size:][:n])
		if err != nil {
			return nil, err
		}
		rows, b = append(rows, row), b[size:][n:]
	}
	return rows, nil
}

// AppendHeadlines appends the encoded form of hs to b.
func AppendHeadlines(b []byte, hs []exchange.Headline) []byte {
	b = binary.AppendUvarint(b, uint64(len(hs)))
	for _, h := range hs {
		primary := byte(0)
		if h.Primary {
			primary = 1
		}
		b = append(b, primary)
		b = appendString(b, h.Rule)
		b = appendString(b, string(h.Severity))
		b = appendString(b, h.Short)
	}
	return b
}

// DecodeHeadlines decodes what AppendHeadlines made.
func DecodeHeadlines(b []byte) ([]exchange.Headline, error) {
	d := cursor{s: string(b)}
	hs := d.headlines()
	if d.bad {
		return nil, errors.New("decode headlines: they are damaged")
	}
	return hs, nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// cursor reads from s; bad says that it did not hold what was asked for.
type cursor struct {
	s   string
	bad bool
}

func (d *cursor) uint() uint64 {
	var v uint64
	for i, shift := 0, uint(0); i < len(d.s) && shift < 64; i, shift = i+1, shift+7 {
		c := d.s[i]
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			d.s = d.s[i+1:]
			return v
		}
	}
	d.bad, d.s = true, ""
	return 0
}

func (d *cursor) int() int64 {
	v := d.uint()
	return int64(v>>1) ^ -int64(v&1)
}

func (d *cursor) string() string {
	n := d.uint()
	if n > uint64(len(d.s)) {
		d.bad, d.s = true, ""
		return ""
	}
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *cursor) headlines() []exchange.Headline {
	n := d.uint()
	// A headline takes four bytes at least.
	if n > uint64(len(d.s))/4 {
		d.bad = true
		return nil
	}
	if n == 0 {
		return nil
	}
	hs := make([]exchange.Headline, 0, n)
	for range n {
		primary := d.uint() == 1
		hs = append(hs, exchange.Headline{
			Rule: d.string(), Severity: exchange.Severity(d.string()), Short: d.string(), Primary: primary,
		})
	}
	return hs
}
