package rules

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

const rfcRange = "https://www.rfc-editor.org/rfc/rfc9110.html"

// byteRange is one range of a Range field (RFC 9110 section 14.1.2), in bytes.
type byteRange struct {
	// First is -1 for a suffix: the last Last bytes. Last is -1 for "to the end".
	First, Last int64
}

func (r byteRange) String() string {
	switch {
	case r.First < 0:
		return fmt.Sprintf("the last %d bytes", r.Last)
	case r.Last < 0:
		return fmt.Sprintf("bytes from %d on", r.First)
	}
	return fmt.Sprintf("bytes %d-%d", r.First, r.Last)
}

// clipped is the range of a content of the given size, inclusive; ok is false if
// none of it exists.
func (r byteRange) clipped(size int64) (first, last int64, ok bool) {
	switch {
	case r.First < 0:
		return max(0, size-r.Last), size - 1, r.Last > 0 && size > 0
	case r.Last < 0 || r.Last >= size:
		return r.First, size - 1, r.First < size
	}
	return r.First, r.Last, true
}

// parseRange reads a Range field. ok is false for another unit than bytes and
// for what is malformed; servers ignore both.
func parseRange(v string) (ranges []byteRange, ok bool) {
	unit, set, found := strings.Cut(v, "=")
	if !found || !strings.EqualFold(strings.TrimSpace(unit), "bytes") {
		return nil, false
	}
	for spec := range strings.SplitSeq(set, ",") {
		spec = strings.Trim(spec, " \t")
		if spec == "" {
			continue
		}
		first, last, found := strings.Cut(spec, "-")
		r := byteRange{-1, -1}
		if !found || first == "" && last == "" {
			return nil, false
		}
		if first != "" {
			if r.First, ok = bytePosition(first); !ok {
				return nil, false
			}
		}
		if last != "" {
			if r.Last, ok = bytePosition(last); !ok || r.First > r.Last && first != "" {
				return nil, false
			}
		}
		ranges = append(ranges, r)
	}
	return ranges, len(ranges) > 0
}

func bytePosition(s string) (n int64, ok bool) {
	s = strings.Trim(s, " \t")
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return math.MaxInt64, true // more than any content has
	}
	return n, true
}

// contentRange is a Content-Range field (RFC 9110 section 14.4), in bytes.
type contentRange struct {
	First, Last int64
	// Size is -1 where the field says "*". Unsatisfied: it is of the form
	// "bytes */1234", without First and Last.
	Size        int64
	Unsatisfied bool
}

// parseContentRange reads a Content-Range field; fault says what is wrong with
// it.
func parseContentRange(v string) (r contentRange, fault string) {
	unit, rest, found := strings.Cut(v, " ")
	switch {
	case !found && strings.Contains(v, "="):
		return r, "it has \"=\" where a space belongs"
	case !strings.EqualFold(unit, "bytes"):
		return r, "its unit is not bytes"
	}
	span, size, found := strings.Cut(strings.TrimSpace(rest), "/")
	if !found {
		return r, "it lacks the size behind a slash"
	}
	r.Size = -1
	if size != "*" {
		n, ok := bytePosition(size)
		if !ok {
			return r, "its size is no number"
		}
		r.Size = n
	}
	if span == "*" {
		r.Unsatisfied = true
		return r, ""
	}
	first, last, found := strings.Cut(span, "-")
	var ok, ok2 bool
	r.First, ok = bytePosition(first)
	r.Last, ok2 = bytePosition(last)
	switch {
	case !found || !ok || !ok2:
		return r, "it names no first and last byte"
	case r.Last < r.First:
		return r, "its last byte comes before its first"
	case r.Size >= 0 && r.Last >= r.Size:
		return r, fmt.Sprintf("its last byte %d does not exist in %d bytes; they are counted from 0", r.Last, r.Size)
	}
	return r, ""
}

// asksRange selects received responses to GET requests with a Range.
func asksRange(x *exchange.Exchange) bool {
	return received(x) && x.Request.Method == http.MethodGet && x.Request.Header.Has("Range")
}

// partial selects received 206 responses to GET requests.
func partial(x *exchange.Exchange) bool {
	return received(x) && x.Response.Status == http.StatusPartialContent && x.Request.Method == http.MethodGet
}

// multipartRanges reports whether the response carries its ranges as parts, each
// with a Content-Range of its own.
func multipartRanges(m *exchange.Message) bool { return m.MediaType() == "multipart/byteranges" }

// contentLength is how long the response's content is, or is announced to be, in
// bytes; -1 if that is not known.
func contentLength(m *exchange.Message) int64 {
	switch m.Body.State {
	case exchange.WholeBody, exchange.CutBody:
		return m.Body.Size
	}
	return m.Body.Expected
}

// rangeFault says how the Content-Range of a 206 departs from the content, or
// from what was asked for; "" if it does not. Serious: a client that puts the
// bytes together by it gets a broken file.
func (c *Case) rangeFault() (fault string, serious bool) {
	v := c.X.Response.Header.Get("Content-Range")
	r, fault := parseContentRange(v)
	if fault != "" {
		return fault, true
	}
	if r.Unsatisfied {
		return "\"*\" stands for a range that does not exist, which is for 416", true
	}
	if n := contentLength(c.X.Response); n >= 0 && n != r.Last-r.First+1 {
		return fmt.Sprintf("it announces %d bytes, the content has %d", r.Last-r.First+1, n), true
	}
	asked, ok := parseRange(c.X.Request.Header.Get("Range"))
	if !ok || len(asked) != 1 {
		return "", false // of several ranges a server may join or leave out some
	}
	size := r.Size
	if size < 0 {
		if asked[0].First < 0 || asked[0].Last < 0 {
			size = r.Last + 1
		} else {
			size = math.MaxInt64
		}
		if asked[0].First < 0 {
			return "", false
		}
	}
	first, last, ok := asked[0].clipped(size)
	switch {
	case !ok:
		return fmt.Sprintf("%s were asked for, which do not exist in %d bytes", asked[0], size), true
	case r.First != first:
		return fmt.Sprintf("it begins at byte %d, asked for were %s", r.First, asked[0]), true
	case r.Last > last:
		return fmt.Sprintf("it ends at byte %d, asked for were %s", r.Last, asked[0]), false
	}
	return "", false
}

// ifRangeFault says why the If-Range of the request and a 206 do not fit, "" if
// they do. A 206 says that the condition held (RFC 9110 section 13.1.5).
func (c *Case) ifRangeFault() string {
	v := c.X.Request.Header.Get("If-Range")
	h := c.X.Response.Header
	switch {
	case v == "":
		return ""
	case strings.HasPrefix(v, "W/"):
		return "a weak ETag in If-Range never matches"
	case strings.HasPrefix(v, `"`):
		if etag := h.Get("ETag"); etag != "" && etag != v {
			return "the client has a part of " + clip(v, 40) + ", this is one of " + clip(etag, 40)
		}
		return ""
	}
	date, err := http.ParseTime(v)
	if err != nil {
		return ""
	}
	if modified, err := http.ParseTime(h.Get("Last-Modified")); err == nil && !modified.Equal(date) {
		return fmt.Sprintf("the client has a part of the version of %s, this is one of %s", date.UTC().Format(time.DateTime), modified.UTC().Format(time.DateTime))
	}
	return ""
}
