package content

import (
	"bytes"
	"net/http"
	"strings"
)

// Kind says how content is read and shown.
type Kind string

// The kinds of content.
const (
	Empty      Kind = "empty"
	JSON       Kind = "json"
	NDJSON     Kind = "ndjson"
	XML        Kind = "xml"
	HTML       Kind = "html"
	Form       Kind = "form"
	Multipart  Kind = "multipart"
	SSE        Kind = "sse"
	GRPC       Kind = "grpc"
	Protobuf   Kind = "protobuf"
	JavaScript Kind = "javascript"
	CSS        Kind = "css"
	Text       Kind = "text"
	Image      Kind = "image"
	Binary     Kind = "binary"
	// HTTPHead is a start line with header fields: no content, but shown with
	// the same means.
	HTTPHead Kind = "http"
)

// Textual reports whether content of this kind is text for people.
func (k Kind) Textual() bool {
	switch k {
	case Empty, GRPC, Protobuf, Image, Binary, Multipart:
		return false
	}
	return true
}

// Sniff says what decoded content is: what its media type says, unless the
// bytes plainly are something else, e.g. HTML labelled JSON.
func Sniff(contentType string, data []byte) Kind {
	if len(data) == 0 {
		return Empty
	}
	labelled := kindOfType(contentType)
	seen := kindOfBytes(data)
	switch {
	case labelled == "":
		return seen
	case labelled == JSON && seen == HTML, labelled == JSON && seen == XML,
		labelled == Form && seen == JSON, labelled == Text && seen == JSON, labelled == Text && seen == HTML,
		labelled == HTML && seen == JSON:
		return seen
	case labelled.Textual() && (seen == Image || seen == Binary):
		return seen
	}
	return labelled
}

// kindOfType reads a media type; "" if it says nothing about the kind.
func kindOfType(contentType string) Kind {
	t, _, _ := strings.Cut(contentType, ";")
	t = strings.ToLower(strings.Trim(t, " \t"))
	switch t {
	case "application/json", "text/json", "application/json5", "application/manifest+json", "application/csp-report":
		return JSON
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json-seq", "application/jsonlines":
		return NDJSON
	case "text/html", "application/xhtml+xml":
		return HTML
	case "text/xml", "application/xml":
		return XML
	case "application/x-www-form-urlencoded":
		return Form
	case "text/event-stream":
		return SSE
	case "application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf":
		return Protobuf
	case "text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript":
		return JavaScript
	case "text/css":
		return CSS
	case "application/octet-stream", "":
		return ""
	}
	switch {
	case strings.HasSuffix(t, "+json"):
		return JSON
	case t == "image/svg+xml" || strings.HasSuffix(t, "+xml"):
		return XML
	case strings.HasPrefix(t, "multipart/"):
		return Multipart
	case strings.HasPrefix(t, "application/grpc"):
		return GRPC
	case strings.HasPrefix(t, "text/"):
		return Text
	case strings.HasPrefix(t, "image/"):
		return Image
	case strings.HasPrefix(t, "font/"), strings.HasPrefix(t, "audio/"), strings.HasPrefix(t, "video/"):
		return Binary
	}
	return ""
}

func kindOfBytes(data []byte) Kind {
	if looksJSON(data) {
		return JSON
	}
	switch t := http.DetectContentType(data); {
	case strings.HasPrefix(t, "text/html"):
		return HTML
	case strings.HasPrefix(t, "text/xml"):
		return XML
	case strings.HasPrefix(t, "text/"):
		return Text
	case strings.HasPrefix(t, "image/"):
		return Image
	default:
		return Binary
	}
}

// looksJSON reports whether data begins with an object or list and its first
// 4 KiB are valid JSON as far as they go.
func looksJSON(data []byte) bool {
	data = bytes.TrimLeft(data[:min(len(data), 4<<10)], " \t\r\n")
	if len(data) < 2 || data[0] != '{' && data[0] != '[' {
		return false
	}
	e := CheckJSON(data)
	return e == nil || e.Cause == CauseTruncated
}
