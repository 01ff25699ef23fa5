package content

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func compress(t testing.TB, coding string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip", "x-gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, 6)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sample is text that compresses, but not to almost nothing.
func sample() []byte {
	r := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for b.Len() < 300<<10 {
		b.WriteString([]string{"alpha ", "beta ", "gamma ", "日本 ", "{\"id\":", "12", "3, ", "\n"}[r.IntN(8)])
	}
	return []byte(b.String())
}

func kindOfError(err error) CodingErrorKind {
	var e *CodingError
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

func TestDecode(t *testing.T) {
	text := sample()
	for _, name := range []string{"gzip", "X-Gzip", "deflate", "raw", "br", "zstd"} {
		t.Run(name, func(t *testing.T) {
			packed := compress(t, strings.ToLower(name), text)
			coding := strings.Replace(name, "raw", "deflate", 1)
			got, err := Decode(packed, []string{coding}, MaxDecoded)
			if err != nil || !bytes.Equal(got, text) {
				t.Fatalf("whole: %v, %d bytes", err, len(got))
			}
			got, err = Decode(packed[:len(packed)/2], []string{coding}, MaxDecoded)
			if kindOfError(err) != CodingTruncated || !bytes.HasPrefix(text, got) || len(got) < len(text)/8 {
				t.Errorf("cut: %v, %d bytes", err, len(got))
			}
			got, err = Decode(packed, []string{coding}, 1000)
			if kindOfError(err) != CodingTooLarge || !bytes.Equal(got, text[:1000]) {
				t.Errorf("limit: %v, %d bytes", err, len(got))
			}
			got, err = Decode(append(bytes.Clone(packed), "tail"...), []string{coding}, MaxDecoded)
			if kindOfError(err) != CodingTrailing || !bytes.Equal(got, text) {
				t.Errorf("trailing: %v, %d bytes", err, len(got))
			}
			got, err = Decode([]byte(`{"a": 1, "b": "some text"}`), []string{coding}, MaxDecoded)
			if kindOfError(err) != CodingMismatch || string(got) != `{"a": 1, "b": "some text"}` {
				t.Errorf("not coded: %v, %q", err, got)
			}
			if got, err := Decode(nil, []string{coding}, MaxDecoded); err != nil || len(got) != 0 {
				t.Errorf("empty: %v", err)
			}
		})
	}
}

func TestDecodeLists(t *testing.T) {
	text := []byte("hello, hello, hello")
	twice := compress(t, "br", compress(t, "gzip", text))
	if got, err := Decode(twice, []string{"gzip", "identity", "br"}, MaxDecoded); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%v %q", err, got)
	}
	if got, err := Decode(text, []string{"utf-8"}, MaxDecoded); kindOfError(err) != CodingUnknown || !bytes.Equal(got, text) {
		t.Errorf("%v %q", err, got)
	}
	_, err := Decode([]byte(`{"a":1}`), []string{"gzip"}, MaxDecoded)
	if err == nil || err.Error() != "not valid gzip: it is plain text" {
		t.Error(err)
	}
	_, err = Decode([]byte{0x28, 0xb5, 0x2f, 0xfd, 0}, []string{"gzip"}, MaxDecoded)
	if err == nil || err.Error() != "not valid gzip: it begins with 28 b5 2f fd" {
		t.Error(err)
	}
}

func TestDecodeBomb(t *testing.T) {
	bomb := compress(t, "gzip", compress(t, "gzip", make([]byte, 8<<20)))
	got, err := Decode(bomb, []string{"gzip", "gzip"}, 1<<20)
	if kindOfError(err) != CodingTooLarge || len(got) != 1<<20 {
		t.Errorf("%v, %d bytes", err, len(got))
	}
}

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1 KiB", 1126: "1.1 KiB", 1<<20 - 1: "1 MiB", 10<<20 + 1<<19: "10.5 MiB", 1 << 62: "4 EiB"} {
		if got := FormatSize(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range []string{"gzip", "deflate", "raw", "br", "zstd"} {
		f.Add(compress(f, c, []byte("hello, hello, hello")))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, c := range []string{"gzip", "deflate", "br", "zstd"} {
			if got, _ := Decode(data, []string{c}, 1<<16); len(got) > max(1<<16, len(data)) {
				t.Errorf("%s: %d bytes", c, len(got))
			}
		}
	})
}
