package report

import (
	"slices"
	"testing"

	"httpwhy/inspector/transcript"
)

func TestChecked(t *testing.T) {
	for text, want := range map[string][]string{
		"> GET http://h.test/ HTTP/1.1\n< HTTP/1.1 200 OK\n\nhello":                                   {"status and header fields", "framing"},
		"> GET http://h.test/ HTTP/1.1\n> Origin: http://a.test\n< HTTP/1.1 200 OK\n* body cut 9":     {"status and header fields", "framing", "CORS"},
		"> GET https://h.test/ HTTP/1.1\n< HTTP/1.1 204 No Content\n* server-tls version=\"TLS 1.3\"": {"status and header fields", "framing", "server certificate"},
	} {
		xs, err := transcript.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got, unread := Checked(xs[0])
		if !slices.Equal(got, want) || unread != slices.Contains(want, "CORS") {
			t.Errorf("%q: %q, unread %v", text, got, unread)
		}
	}
}
