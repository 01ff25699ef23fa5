package rules

import (
	"math"
	"testing"
)

func TestParseRange(t *testing.T) {
	for v, want := range map[string]byteRange{
		"bytes=0-499": {0, 499}, "bytes=500-": {500, -1}, "bytes=-500": {-1, 500}, "BYTES = 0-0": {0, 0}, "bytes=,0-1": {0, 1},
		"bytes=1-99999999999999999999": {1, math.MaxInt64}, "bytes=-0": {-1, 0}, "bytes=0-1, 4-5": {0, 1},
	} {
		if got, ok := parseRange(v); !ok || got[0] != want {
			t.Errorf("%q: got %v, %v", v, got, ok)
		}
	}
	for _, v := range []string{"", "bytes", "bytes=", "bytes=-", "bytes=2-1", "bytes=a-b", "bytes=1", "items=0-1", "bytes=0-1,x", "bytes=+1-2", "bytes=1--2"} {
		if got, ok := parseRange(v); ok {
			t.Errorf("%q: got %v", v, got)
		}
	}
}

func TestParseContentRange(t *testing.T) {
	for v, want := range map[string]contentRange{
		"bytes 0-499/1234": {First: 0, Last: 499, Size: 1234}, "bytes 0-499/*": {First: 0, Last: 499, Size: -1},
		"bytes */1234": {Size: 1234, Unsatisfied: true}, "Bytes 0-0/1": {Size: 1},
	} {
		if got, fault := parseContentRange(v); fault != "" || got != want {
			t.Errorf("%q: got %+v, %q", v, got, fault)
		}
	}
	for _, v := range []string{"", "bytes", "bytes 0-1", "bytes=0-1/2", "bytes 1-0/2", "bytes 0-2/2", "bytes a-b/2", "bytes 0-1/x", "items 0-1/2", "bytes -1/2"} {
		if got, fault := parseContentRange(v); fault == "" {
			t.Errorf("%q: got %+v", v, got)
		}
	}
}

func FuzzRanges(f *testing.F) {
	f.Add("bytes=0-1,-5", "bytes 0-1/2", int64(7))
	f.Add("bytes=9223372036854775807-", "bytes */*", int64(0))
	f.Fuzz(func(t *testing.T, asked, sent string, size int64) {
		_, _ = parseContentRange(sent)
		if size < 0 {
			return
		}
		ranges, _ := parseRange(asked)
		for _, r := range ranges {
			if first, last, ok := r.clipped(size); ok && (first < 0 || last < first || last >= size) {
				t.Errorf("%q of %d bytes: %d to %d", asked, size, first, last)
			}
		}
	})
}
