package store

import (
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"

	"httpwhy/inspector/exchange"
	"httpwhy/store/codec"
)

// extent is a run of bytes of one body in a segment.
type extent struct {
	_       struct{} `cbor:",toarray"`
	Segment uint32
	Offset  int64
	Length  int64
	// CRC is the CRC-32C of the bytes. All of an extent is read to check it.
	CRC uint32
}

// maxExtent bounds an extent, and by that what is read for one byte of it.
const maxExtent = 1 << 20

// bodyExtents are the places of the bytes of both bodies, in order.
type bodyExtents struct {
	Request  []extent `cbor:"1,keyasint,omitempty"`
	Response []extent `cbor:"2,keyasint,omitempty"`
}

func (b *bodyExtents) of(side exchange.Side) *[]extent {
	if side == exchange.RequestSide {
		return &b.Request
	}
	return &b.Response
}

// append appends the encoded form of b to p, as Unmarshal wants it.
func (b *bodyExtents) append(p []byte) []byte {
	lists := [...][]extent{b.Request, b.Response}
	pairs := 0
	for _, list := range lists {
		pairs += min(1, len(list))
	}
	p = codec.AppendMap(p, pairs)
	for i, list := range lists {
		if len(list) == 0 {
			continue
		}
		p = codec.AppendArray(codec.AppendInt(p, int64(i+1)), len(list))
		for _, e := range list {
			p = codec.AppendArray(p, 4)
			for _, v := range [...]int64{int64(e.Segment), e.Offset, e.Length, int64(e.CRC)} {
				p = codec.AppendInt(p, v)
			}
		}
	}
	return p
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// join adds e, the place of p, to list: to its last extent, where p was written
// right behind that.
func join(list []extent, e extent, p []byte) []extent {
	if n := len(list) - 1; n >= 0 {
		last := &list[n]
		if last.Segment == e.Segment && last.Offset+last.Length == e.Offset && last.Length+e.Length <= maxExtent {
			last.CRC = crc32.Update(last.CRC, castagnoli, p)
			last.Length += e.Length
			return list
		}
	}
	e.CRC = crc32.Checksum(p, castagnoli)
	return append(list, e)
}

func total(list []extent) int64 {
	var n int64
	for _, e := range list {
		n += e.Length
	}
	return n
}

// segmentPath is the file of a segment.
func segmentPath(dir string, number uint32) string {
	return filepath.Join(dir, "segments", fmt.Sprintf("%06d.seg", number))
}

var errDamagedBody = errors.New("the bytes on disk are not those that were recorded")

// readExtents returns up to n bytes of a body from offset off.
func readExtents(dir string, list []extent, off int64, n int) ([]byte, error) {
	if off < 0 || n <= 0 {
		return nil, nil
	}
	var body []byte
	for _, e := range list {
		if off >= e.Length {
			off -= e.Length
			continue
		}
		if len(body) == n {
			break
		}
		p, err := readExtent(dir, e)
		if err != nil {
			return body, fmt.Errorf("read %s at %d: %w", segmentPath(dir, e.Segment), e.Offset, err)
		}
		p = p[off:]
		off = 0
		body = append(body, p[:min(len(p), n-len(body))]...)
	}
	return body, nil
}

func readExtent(dir string, e extent) ([]byte, error) {
	if e.Length < 0 || e.Length > max(maxExtent, exchange.HeadSize) {
		return nil, errDamagedBody
	}
	f, err := os.Open(segmentPath(dir, e.Segment))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := make([]byte, e.Length)
	if _, err := f.ReadAt(p, e.Offset); err != nil {
		return nil, err
	}
	if crc32.Checksum(p, castagnoli) != e.CRC {
		return nil, errDamagedBody
	}
	return p, nil
}
