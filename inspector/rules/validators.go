package rules

import (
	"bytes"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

// asksIfChanged reports whether the request asks for the content only if it
// changed, or changed not: one of the conditions that 304 can answer.
func asksIfChanged(h exchange.Header) bool {
	return h.Has("If-None-Match") || h.Has("If-Modified-Since")
}

// opaqueTag is an ETag without its mark of weakness: what If-None-Match compares
// (RFC 9110 section 8.8.3.2).
func opaqueTag(etag string) string { return strings.TrimPrefix(strings.TrimSpace(etag), "W/") }

// unchanged is the condition of the request that the response shows to be met,
// so that 304 was due (RFC 9110 sections 13.1.2 and 13.1.3); "" if there is
// none. validator is the field of the response that shows it.
func unchanged(request, response exchange.Header) (condition, validator string) {
	if request.Has("If-None-Match") {
		etag := opaqueTag(response.Get("ETag"))
		for _, tag := range request.List("If-None-Match") {
			if len(etag) > 2 && opaqueTag(tag) == etag {
				return "If-None-Match", "ETag"
			}
		}
		return "", ""
	}
	if !request.Has("If-Modified-Since") {
		return "", ""
	}
	since, err := http.ParseTime(request.Get("If-Modified-Since"))
	modified, err2 := http.ParseTime(response.Get("Last-Modified"))
	if err == nil && err2 == nil && !modified.After(since) {
		return "If-Modified-Since", "Last-Modified"
	}
	return "", ""
}

// sameRepresentation compares the content of two responses without their content
// coding; known is false where not enough of them was kept.
func sameRepresentation(a, b *exchange.Message) (same, known bool) {
	if a.Body.State != exchange.WholeBody || b.Body.State != exchange.WholeBody {
		return false, false
	}
	codingA, codingB := a.Header.Get("Content-Encoding"), b.Header.Get("Content-Encoding")
	var none [32]byte
	if strings.EqualFold(codingA, codingB) && a.Body.SHA256 != none && b.Body.SHA256 != none {
		if a.Body.SHA256 == b.Body.SHA256 {
			return true, true
		}
		if codingA == "" {
			return false, true
		}
	}
	if !a.Body.Whole() || !b.Body.Whole() {
		return false, false
	}
	// The same content is compressed to other bytes at another time.
	contentA, contentB := decoded(a), decoded(b)
	if contentA == nil || contentB == nil || len(contentA) >= exchange.HeadSize || len(contentB) >= exchange.HeadSize {
		return false, false
	}
	return bytes.Equal(contentA, contentB), true
}

// selecting are the request fields on which a response usually depends.
var selecting = []string{"Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Cookie", "Origin", "Range"}

// differing are those of the selecting fields in which two requests differ.
func differing(a, b exchange.Header) []string {
	var names []string
	for _, name := range selecting {
		if joined(a, name, ",") != joined(b, name, ",") {
			names = append(names, name)
		}
	}
	return names
}

// joined are the field lines called name in one. One line alone, the usual
// case, is not copied.
func joined(h exchange.Header, name, separator string) string {
	for i, f := range h {
		if len(f.Name) != len(name) || !strings.EqualFold(f.Name, name) {
			continue
		}
		if !h[i+1:].Has(name) {
			return f.Value
		}
		return strings.Join(h[i:].Values(name), separator)
	}
	return ""
}

// okGet selects received 200 responses to GET requests.
func okGet(x *exchange.Exchange) bool {
	return received(x) && x.Request.Method == http.MethodGet && x.Response.Status == http.StatusOK
}
