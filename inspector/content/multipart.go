package content

import (
	"bytes"
	"errors"
	"mime"
	"strings"

	"httpwhy/inspector/exchange"
)

// Part is one part of a multipart body (RFC 2046 section 5.1).
type Part struct {
	Header exchange.Header
	// Name and Filename are those of Content-Disposition (RFC 7578).
	Name, Filename string
	Data           []byte
	// Cut: the body ended within this part.
	Cut bool
}

// Errors of ParseMultipart.
var (
	ErrNoBoundary = errors.New("the media type has no boundary parameter: let the client library set Content-Type")
	ErrNoParts    = errors.New("the boundary of Content-Type does not occur in the body")
	ErrNoEnd      = errors.New("the closing boundary is missing: the body is cut off")
	ErrPartHeader = errors.New("a part has no blank line between its header and its data")
)

// maxParts bounds the parts that are read of one body.
const maxParts = 10_000

// ParseMultipart reads the parts of a body in order. With an error it returns
// the parts that could be read.
func ParseMultipart(contentType string, data []byte) ([]Part, error) {
	boundary := boundaryOf(contentType)
	if boundary == "" {
		return nil, ErrNoBoundary
	}
	delimiter := []byte("--" + boundary)
	rest, last, ok := nextDelimiter(data, delimiter)
	if !ok {
		return nil, ErrNoParts
	}
	var parts []Part
	for !last && len(parts) < maxParts {
		body := rest
		var found bool
		rest, last, found = nextDelimiter(body, delimiter)
		if found {
			body = body[:len(body)-len(rest)]
			body = body[:bytes.LastIndex(body, delimiter)]
			body = bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r"))
		}
		p, err := parsePart(body)
		p.Cut = !found
		parts = append(parts, p)
		if !found {
			return parts, ErrNoEnd
		}
		if err != nil {
			return parts, err
		}
	}
	return parts, nil
}

// boundaryOf is lenient: parameters that Go refuses must not hide the boundary.
func boundaryOf(contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return params["boundary"]
	}
	for param := range strings.SplitSeq(contentType, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(name, "boundary") {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// nextDelimiter finds the next delimiter at the beginning of a line and returns
// what follows its line, and whether it is the closing one.
func nextDelimiter(data, delimiter []byte) (rest []byte, last, ok bool) {
	for from := 0; ; {
		i := bytes.Index(data[from:], delimiter)
		if i < 0 {
			return nil, false, false
		}
		at := from + i
		after := data[at+len(delimiter):]
		from = at + len(delimiter)
		if at > 0 && data[at-1] != '\n' {
			continue
		}
		if bytes.HasPrefix(after, []byte("--")) {
			return after[2:], true, true
		}
		line, tail, _ := bytes.Cut(after, []byte("\n"))
		if len(bytes.Trim(line, " \t\r")) == 0 {
			return tail, false, true
		}
	}
}

func parsePart(b []byte) (Part, error) {
	var p Part
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			p.Data = rest
			break
		}
		name, value, colon := strings.Cut(string(line), ":")
		if !ok || !colon {
			p.Data = b
			return p, ErrPartHeader
		}
		p.Header = append(p.Header, exchange.Field{Name: name, Value: strings.Trim(value, " \t")})
		b = rest
	}
	if _, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition")); err == nil {
		p.Name, p.Filename = params["name"], params["filename"]
	}
	return p, nil
}
