package tap

import (
	"strings"
	"time"

	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
)

// fieldBlock collects a field block (RFC 9113 section 4.3).
type fieldBlock struct {
	open     bool
	stream   uint32
	last     bool // END_STREAM
	regular  bool // a field that is no pseudo-header field came
	promised bool
	at       time.Time

	method, scheme, authority, path, protocol, status string
	// misplaced is a pseudo-header field that came behind others or again, "" if
	// none did.
	misplaced string

	fields exchange.Header // reused
	size   int
	lost   int
}

func (b *fieldBlock) begin(stream uint32, last bool, at time.Time) {
	clear(b.fields)
	*b = fieldBlock{open: true, stream: stream, last: last, at: at, fields: b.fields[:0]}
}

// add takes down a field as the decoder emits it.
func (b *fieldBlock) add(f hpack.HeaderField) {
	b.size += len(f.Name) + len(f.Value)
	if b.size > maxHead || len(b.fields) >= maxFields {
		b.lost++
		return
	}
	if strings.HasPrefix(f.Name, ":") && (b.regular || f.Name == ":status" && b.status != "") {
		b.misplaced = f.Name
	}
	switch f.Name {
	case ":method":
		b.method = f.Value
	case ":scheme":
		b.scheme = f.Value
	case ":authority":
		b.authority = f.Value
	case ":path":
		b.path = f.Value
	case ":protocol":
		b.protocol = f.Value
	case ":status":
		b.status = f.Value
	default:
		b.regular = b.regular || !strings.HasPrefix(f.Name, ":")
		b.fields = append(b.fields, exchange.Field{Name: f.Name, Value: f.Value})
	}
}

// header is a copy of the fields.
func (b *fieldBlock) header() exchange.Header {
	h := make(exchange.Header, len(b.fields))
	copy(h, b.fields)
	if cap(b.fields) > 1000 {
		b.fields = nil
	}
	return h
}

// fault is what makes a response malformed (RFC 9113 sections 8.2 and 8.3), with
// the name of the field; "" if nothing does. Browsers forgive Connection.
func (b *fieldBlock) fault(browser bool) (name, fault string) {
	if b.misplaced != "" {
		return b.misplaced, "must come once, before all others"
	}
	for _, f := range b.fields {
		switch f.Name {
		case "transfer-encoding":
			return f.Name, "HTTP/2 does not have"
		case "connection", "keep-alive", "proxy-connection", "upgrade":
			if !browser {
				return f.Name, "HTTP/2 does not have"
			}
		}
		if strings.ContainsAny(f.Value, "\r\n") {
			return f.Name, "has the end of a line in its value"
		}
		for i := range len(f.Name) {
			switch c := f.Name[i]; {
			case 'A' <= c && c <= 'Z':
				return f.Name, "is not in lower case, as HTTP/2 demands"
			case !tokenByte[c] && (c != ':' || i > 0):
				return f.Name, "is no name"
			}
		}
	}
	return "", ""
}
