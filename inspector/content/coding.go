package content

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// MaxDecoded bounds the decoded size of a body, in bytes, against data that
// expands a thousandfold.
const MaxDecoded = 128 << 20

// zstdWindow bounds the memory of a zstd frame. RFC 9659 allows 8 MB on the
// web; senders that ignore it are read all the same.
const zstdWindow = 64 << 20

// CodingErrorKind classifies failures to decode a content coding.
type CodingErrorKind string

// The kinds of coding errors. In all cases what could be decoded is returned.
const (
	// CodingUnknown: no such coding, or one that is not supported.
	CodingUnknown CodingErrorKind = "unknown coding"
	// CodingMismatch: the data is not in this coding at all.
	CodingMismatch CodingErrorKind = "not this coding"
	// CodingTruncated: the data ends before the coding says.
	CodingTruncated CodingErrorKind = "truncated"
	// CodingDamaged: it begins well and breaks later.
	CodingDamaged CodingErrorKind = "damaged"
	// CodingTrailing: complete, with other bytes behind its end.
	CodingTrailing CodingErrorKind = "trailing bytes"
	// CodingTooLarge: the decoded data exceeds the limit and was cut there.
	CodingTooLarge CodingErrorKind = "too large"
)

// CodingError is a failure to decode a content coding.
type CodingError struct {
	Kind CodingErrorKind
	// Coding is the name as sent.
	Coding string
	// Message is one line, e.g. "not valid gzip: it begins with 7b 22, gzip with 1f 8b".
	Message string
}

func (e *CodingError) Error() string { return e.Message }

// Decode removes content codings (RFC 9110 section 8.4), which are given in the
// order in which they were applied. It returns at most limit bytes, with all
// that could be decoded when an error (a *CodingError) is returned.
func Decode(data []byte, codings []string, limit int64) ([]byte, error) {
	for i := len(codings) - 1; i >= 0; i-- {
		var err error
		if data, err = decodeOne(data, codings[i], limit); err != nil {
			return data, err
		}
	}
	return data, nil
}

func decodeOne(data []byte, coding string, limit int64) ([]byte, error) {
	name := strings.ToLower(strings.TrimSpace(coding))
	if name == "identity" || name == "" || len(data) == 0 {
		return data, nil
	}
	if !knownCoding(name) {
		return data, &CodingError{CodingUnknown, coding, "unknown content coding " + coding}
	}
	source := bytes.NewReader(data)
	r, err := openCoding(name, data, source)
	if err != nil {
		return mismatch(data, coding, err)
	}
	var out bytes.Buffer
	_, err = io.Copy(&out, io.LimitReader(r, limit+1))
	if c, ok := r.(io.Closer); ok {
		c.Close()
	}
	if int64(out.Len()) > limit {
		out.Truncate(int(limit))
		return out.Bytes(), &CodingError{CodingTooLarge, coding, fmt.Sprintf("%s expands %s to more than %s: cut there", coding, FormatSize(int64(len(data))), FormatSize(limit))}
	}
	if err == nil && name == "deflate" && source.Len() > 0 {
		err = errTrailing
	}
	return finish(data, out.Bytes(), coding, err)
}

func knownCoding(name string) bool {
	switch name {
	case "gzip", "x-gzip", "deflate", "br", "zstd":
		return true
	}
	return false
}

var (
	errNoMagic  = errors.New("wrong signature")
	errTrailing = errors.New("trailing bytes")
)

func openCoding(name string, data []byte, source *bytes.Reader) (io.Reader, error) {
	switch name {
	case "br":
		return brotli.NewReader(source), nil
	case "zstd":
		if !isZstd(data) {
			return nil, errNoMagic
		}
		d, err := zstd.NewReader(source, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case "deflate":
		// RFC 9110 section 8.4.1.2: deflate is zlib; some servers send it raw.
		if isZlib(data) {
			return zlib.NewReader(source)
		}
		return flate.NewReader(source), nil
	default:
		if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}[:min(2, len(data))]) {
			return nil, errNoMagic
		}
		return newGzipReader(source)
	}
}

// gzipReader reads all members (RFC 1952 section 2.2) and tells bytes behind
// the last one from a member that is cut off, which gzip.Reader does not.
type gzipReader struct {
	source *bytes.Reader
	member *gzip.Reader
}

func newGzipReader(source *bytes.Reader) (io.Reader, error) {
	member, err := gzip.NewReader(source)
	if err != nil {
		return nil, err
	}
	member.Multistream(false)
	return &gzipReader{source, member}, nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	n, err := g.member.Read(p)
	if !errors.Is(err, io.EOF) || g.source.Len() == 0 {
		return n, err
	}
	first, err := g.source.ReadByte()
	if err != nil || g.source.UnreadByte() != nil || first != 0x1f {
		return n, errTrailing
	}
	if err := g.member.Reset(g.source); err != nil {
		return n, err
	}
	g.member.Multistream(false)
	return n, nil
}

func isZlib(data []byte) bool {
	return len(data) >= 2 && data[0]&0x0f == 8 && (int(data[0])<<8|int(data[1]))%31 == 0
}

// isZstd knows frames and skippable frames (RFC 8878 section 3.1).
func isZstd(data []byte) bool {
	const frame, skippable = "\x28\xb5\x2f\xfd", "\x2a\x4d\x18"
	if len(data) < len(frame) {
		return strings.HasPrefix(frame, string(data))
	}
	head := string(data[:len(frame)])
	return head == frame || data[0]&0xf0 == 0x50 && head[1:] == skippable
}

func mismatch(data []byte, coding string, err error) ([]byte, error) {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, &CodingError{CodingTruncated, coding, fmt.Sprintf("%s is cut off after %s", coding, FormatSize(int64(len(data))))}
	}
	what := fmt.Sprintf("it begins with % x", data[:min(4, len(data))])
	if strings.HasPrefix(http.DetectContentType(data), "text/") {
		what = "it is plain text"
	}
	return data, &CodingError{CodingMismatch, coding, "not valid " + coding + ": " + what}
}

// finish names how decoding ended after it had begun.
func finish(data, out []byte, coding string, err error) ([]byte, error) {
	switch {
	case err == nil:
		return out, nil
	case strings.HasPrefix(http.DetectContentType(data), "text/"):
		// Brotli and raw deflate have no signature, and some text decodes a
		// little way; compressed data never looks like text.
		return mismatch(data, coding, errNoMagic)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return out, &CodingError{CodingTruncated, coding, fmt.Sprintf("%s is cut off after %s", coding, FormatSize(int64(len(data))))}
	case errors.Is(err, errTrailing), errors.Is(err, gzip.ErrHeader), strings.Contains(err.Error(), "excessive input"),
		errors.Is(err, zstd.ErrMagicMismatch) && len(out) > 0:
		return out, &CodingError{CodingTrailing, coding, "other bytes follow the end of " + coding}
	case len(out) == 0:
		return mismatch(data, coding, err)
	default:
		return out, &CodingError{CodingDamaged, coding, fmt.Sprintf("%s is damaged after %s of content: %v", coding, FormatSize(int64(len(out))), err)}
	}
}

// FormatSize writes a number of bytes for people: "65 B", "1.1 MiB".
func FormatSize(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	f, units := float64(n), "KMGTPE"
	i := -1
	for f >= 1023.95 && i < len(units)-1 {
		f /= 1024
		i++
	}
	s := fmt.Sprintf("%.1f", f)
	return strings.TrimSuffix(s, ".0") + " " + units[i:i+1] + "iB"
}
