package websocket

import (
	"bytes"
	"compress/flate"
	"io"
	"sync"
)

// windowSize is that of DEFLATE (RFC 1951 section 2).
const windowSize = 32 << 10

// tail ends a message, whose last bytes its sender left out (RFC 7692 section
// 7.2.2), and then the stream.
const tail = "\x00\x00\xff\xff\x01\x00\x00\xff\xff"

// inflater decompresses the messages of one direction.
type inflater struct {
	// window are the last bytes of the messages before, newest last.
	window []byte
	// lost: a message was not decoded to its end, so that those which refer to
	// it cannot be.
	lost bool
	// in and out count bytes, so that a peer that sends bombs is noticed.
	in, out int64
	bombed  bool
}

// Beyond maxFree bytes of output, maxRatio times the input are worth decoding;
// DEFLATE can reach 1032.
const (
	maxFree  = 16 << 20
	maxRatio = 100
)

// decoder is what the decompression of one message needs.
type decoder struct {
	in      bytes.Reader
	out     io.ReadCloser
	scratch [8 << 10]byte
	kept    []byte
}

var decoders = sync.Pool{New: func() any {
	d := &decoder{}
	d.out = flate.NewReader(&d.in)
	return d
}}

// message decompresses one message; whole tells that all of it is in b. It
// returns the leading bytes and the length of its content, and false if it
// could not be decoded.
func (f *inflater) message(b []byte, whole, takeover bool) (data []byte, size int64, ok bool) {
	if f.bombed || f.lost && takeover {
		return nil, 0, false
	}
	if !whole {
		f.lost = true
		return nil, 0, false
	}
	var produced int64
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	d.in.Reset(append(b, tail...))
	if err := d.out.(flate.Resetter).Reset(&d.in, f.window); err != nil {
		return nil, 0, false
	}
	d.kept = d.kept[:0]
	defer func() {
		f.in += int64(len(b))
		f.out += produced
		f.bombed = f.out > maxFree && f.out > maxRatio*f.in
	}()
	for produced < maxInflated {
		n, err := d.out.Read(d.scratch[:])
		produced += int64(n)
		d.kept = append(d.kept, d.scratch[:min(n, Keep-len(d.kept))]...)
		if takeover {
			f.remember(d.scratch[:n])
		}
		if err == io.EOF {
			return bytes.Clone(d.kept), produced, true
		}
		if err != nil {
			break
		}
	}
	f.lost, f.window = true, nil
	return nil, 0, false
}

// remember slides the window.
func (f *inflater) remember(p []byte) {
	if len(f.window)+len(p) > 2*windowSize {
		n := copy(f.window, f.window[len(f.window)-windowSize:])
		f.window = f.window[:n]
	}
	f.window = append(f.window, p...)
}
