package rules

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "content-encoding-broken", Title: "The content is not in the coding that it claims", Family: Content, Severity: exchange.SeverityError,
	Explain:   "Content-Encoding says how the content is compressed. Clients decode it accordingly and fail if it is in another form, or not compressed at all.",
	FixClient: "Ask for the content without compression.",
	FixServer: "Let one layer compress and set Content-Encoding; do not pass the field on with content that was decoded.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-content-encoding",
	When: when(anyStatus|answersEncoded, func(x *exchange.Exchange) bool {
		return received(x) && x.Response.Header.Has("Content-Encoding") && x.Response.Body.State == exchange.WholeBody && x.Request.Method != http.MethodHead &&
			len(x.Response.Body.Data) > 0
	}),
	Check: func(c *Case) *Finding {
		m := c.X.Response
		codings := m.Header.List("Content-Encoding")
		if m.Status == http.StatusPartialContent && !c.fromBrowser() || c.unreadBody() || !allHTTPCodings(m.Header.Values("Content-Encoding")) {
			return nil
		}
		plain, err := content.Decode(m.Body.Data, codings, exchange.HeadSize)
		var broken *content.CodingError
		if !errors.As(err, &broken) {
			return c.compressedTwice(codings, plain)
		}
		whole := m.Body.Whole()
		severity := exchange.SeverityError
		switch broken.Kind {
		case content.CodingMismatch:
		case content.CodingDamaged:
			if !whole {
				return nil
			}
		case content.CodingTruncated:
			if !whole {
				return nil
			}
			if name := strings.ToLower(broken.Coding); name != "br" && name != "zstd" && (len(codings) == 1 || broken.Coding != codings[0]) {
				severity = exchange.SeverityWarning // clients show what they have
			}
		default:
			return nil
		}
		f := &Finding{
			Severity: severity,
			Verdict:  fmt.Sprintf("The content claims to be %s and cannot be decoded: %s.", strings.Join(codings, ", "), trimStop(broken.Message)),
			Short:    clip("not "+broken.Coding+" as it claims", shortCells),
			Evidence: []exchange.Evidence{c.responseField("Content-Encoding", ""), {Part: exchange.ResponseBody, Name: "first bytes", Value: fmt.Sprintf("% x", m.Body.Data[:min(8, len(m.Body.Data))])}},
			Fix: exchange.Fix{
				Client: exchange.Advice{Text: "Ask for it without compression:", Copy: c.curl("-H", "Accept-Encoding: identity")},
				Server: exchange.Advice{Text: "Do not set the field by hand; behind nginx ask the application for plain content:", Copy: `proxy_set_header Accept-Encoding "";`},
			},
		}
		if broken.Kind == content.CodingTruncated {
			f.Verdict, f.Short = fmt.Sprintf("The compressed content is cut off: %s.", trimStop(broken.Message)), clip(broken.Coding+" is cut off", shortCells)
		}
		return f
	},
	Examples: []Example{
		{Name: "plain", Finds: "The content claims to be gzip and cannot be decoded", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Content-Encoding: gzip
< Content-Type: text/plain

plain`},
		{Name: "twice", Finds: "still is gzip, not application/json", HTTP: gzipInGzip("application/json", "gzip")},
		{Name: "twice-and-said", HTTP: gzipInGzip("application/json", "gzip, gzip")},
		{Name: "an-archive", HTTP: gzipInGzip("application/gzip", "gzip")},
		{Name: "unknown", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Content-Encoding: gzip, aws-chunked
< Content-Type: text/plain

plain`},
		{Name: "cut-by-us", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Content-Encoding: gzip
< Content-Type: text/plain

plain
* body cut 70000`},
		{Name: "identity", HTTP: `> GET http://api.test/items HTTP/1.1
< HTTP/1.1 200 OK
< Content-Encoding: identity
< Content-Type: text/plain

plain`},
	},
})

// gzipMagic begins each member (RFC 1952 section 2.3.1), the method deflate
// included; no text begins so.
const gzipMagic = "\x1f\x8b\x08"

// compressedTwice is the finding for text that still is gzip when all codings of
// the field are undone: two layers compressed it, and only one of them says so.
func (c *Case) compressedTwice(codings []string, plain []byte) *Finding {
	m := c.X.Response
	if len(codings) == 0 || m.MediaType() == "" || !textual(m) || m.Status == http.StatusPartialContent || !strings.HasPrefix(string(plain[:min(len(gzipMagic), len(plain))]), gzipMagic) {
		return nil
	}
	coded := strings.Join(codings, ", ")
	return &Finding{
		Verdict:  fmt.Sprintf("The content was compressed twice: without the coding %s that it claims it still is gzip, not %s.", coded, m.MediaType()),
		Short:    clip("compressed twice", shortCells),
		Evidence: []exchange.Evidence{c.responseField("Content-Encoding", "names "+plural(len(codings), "coding", "codings")), c.responseField("Content-Type", ""), {Part: exchange.ResponseBody, Name: "first bytes, decoded", Value: fmt.Sprintf("% x", plain[:min(8, len(plain))])}},
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "Ask for it without compression:", Copy: c.curl("-H", "Accept-Encoding: identity")},
			Server: exchange.Advice{Text: "Let one layer compress; behind nginx ask the application for plain content:", Copy: `proxy_set_header Accept-Encoding "";`},
		},
	}
}

// allHTTPCodings reports whether clients undo all codings of the fields: with
// one that they do not know, or an empty one, browsers undo none.
func allHTTPCodings(values []string) bool {
	for _, v := range values {
		for coding := range strings.SplitSeq(v, ",") {
			if !httpCoding(strings.Trim(coding, " \t")) {
				return false
			}
		}
	}
	return true
}

// gzipInGzip answers with {"a":1} in gzip in gzip.
func gzipInGzip(contentType, codings string) string {
	return "> GET http://api.test/items HTTP/1.1\n> Accept-Encoding: gzip\n< HTTP/1.1 200 OK\n< Vary: Accept-Encoding\n< Content-Encoding: " + codings + "\n< Content-Type: " + contentType +
		"\n* body base64 H4sIAAAAAAACA5Pv5mAAASbm1WFeIZuM1rAyrF8jHcYOFAIAe60FqBsAAAA="
}
