package ui

import (
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"

	"httpwhy/inspector/content"
)

func TestHexDumpReadsAsTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := hexDump(rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "bytes"))
		want := content.HexDump(h, 0)
		if h.size() != int64(len(want)) {
			t.Fatalf("size %d, want %d", h.size(), len(want))
		}
		off := rapid.Int64Range(0, int64(len(want))).Draw(t, "offset")
		n := rapid.Int64Range(0, int64(len(want))-off).Draw(t, "length")
		got := make([]byte, n)
		if read, err := h.ReadAt(got, off); int64(read) != n || err != nil {
			t.Fatalf("read %d of %d: %v", read, n, err)
		}
		if string(got) != want[off:off+n] {
			t.Fatalf("%q, want %q", got, want[off:off+n])
		}
		if n, err := h.ReadAt(make([]byte, 1), int64(len(want))); n != 0 || !errors.Is(err, io.EOF) {
			t.Fatalf("read %d behind the end: %v", n, err)
		}
	})
}
