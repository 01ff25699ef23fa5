package transcript

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"httpwhy/inspector/exchange"
)

const several = `* at 2026-11-22T14:17:22Z
* client 127.0.0.1:5000
> POST http://api.example.test/me?x=1 HTTP/1.1
> Content-Type: application/json

{"a":
 1}
< HTTP/1.1 103 Early Hints
< Link: </a.css>
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/html

<html>
\< not a mark

</html>
\
* took 13ms

> GET http://127.0.0.1:3001/ HTTP/1.1
* failure connect-refused 127.0.0.1:3001 "connect to 127.0.0.1:3001: connection refused"
< HTTP/1.1 502 Bad Gateway
* synthetic
* at 2026-11-22T14:17:23Z
* tunnel h.test:443
* failure client-rejects-ca "the client does not trust the certificate" peer=client alert=48
> GET /large HTTP/2.0
> Host: h.test
< HTTP/2.0 200

abc
* body cut 70000
* trailer "grpc-status: 0"
`

func TestParse(t *testing.T) {
	xs, err := Parse(several)
	if err != nil {
		t.Fatal(err)
	}
	if len(xs) != 4 {
		t.Fatalf("got %d exchanges", len(xs))
	}
	a, b, c, d := xs[0], xs[1], xs[2], xs[3]
	if got := string(a.Request.Body.Data); got != "{\"a\":\n 1}" || a.Request.Target != "/me?x=1" {
		t.Errorf("request body %q, target %q", got, a.Request.Target)
	}
	if got := string(a.Response.Body.Data); got != "<html>\n< not a mark\n\n</html>\n" {
		t.Errorf("response body %q", got)
	}
	if len(a.Interim) != 1 || a.Interim[0].Header.Get("Link") != "</a.css>" || a.Timing.End != 13*time.Millisecond {
		t.Errorf("interim %v, timing %v", a.Interim, a.Timing)
	}
	if b.Failure == nil || b.Failure.Addr != "127.0.0.1:3001" || !strings.HasSuffix(b.Failure.Message, "refused") || !b.Synthetic || b.State != exchange.Failed {
		t.Errorf("got %+v", b.Failure)
	}
	if c.URL != "h.test:443" || c.Mode != exchange.Tunnel || c.Failure.Alert != 48 || c.Failure.Peer != exchange.ClientPeer {
		t.Errorf("got %+v %+v", c, c.Failure)
	}
	if d.URL != "http://h.test/large" || d.Response.Body.State != exchange.CutBody || d.Response.Body.Size != 70000 ||
		d.Response.Trailer.Get("grpc-status") != "0" || d.ID != 4 {
		t.Errorf("got %+v %+v", d, d.Response)
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"hello":                          "line 1: expected",
		"> GET http://h/ HTTP/1.1\nbody": "line 2: expected a field line",
		"< HTTP/1.1 200 OK":              "line 1: a response without a request",
		"> GET http://h/ HTTP/1.1\n< HTTP/1.1 abc":                 "line 2: not a status code",
		"> GET http://h/ HTTP/1.1\n< HTTP/1.1 200\n< HTTP/1.1 201": "line 3: a second final response",
		"> GET http://h/ HTTP/1.1\n* nonsense":                     "line 2: unknown fact",
		"* took 3ms":                                               "line 1: the fact \"took\" needs a request",
		"* at yesterday":                                           "line 1: fact \"at\"",
		"* id 3":                                                   "facts without a request line",
		"> GET / HTTP/1.1":                                         "needs an absolute URL or a Host field",
		"> GET http://h/ HTTP/1.1\n* failure other \"open":         "line 2: a quotation mark",
		"> GET http://h/ HTTP/1.1\n< HTTP/1.1 200\n\nabc\n* body cut 2\n": "line 5: fact \"body\"",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, several)
	roundTrip(t, "* mode intercepted\n> GET https://h.test/ HTTP/1.1\n* failure tls-expired host=h.test \"certificate expired\"\n"+
		"* server 10.0.0.1:443\n* server-tls version=\"TLS 1.3\" alpn=h2 name=h.test verified\n"+
		"* certificate subject=\"CN=h.test\" issuer=\"CN=ca\" names=h.test,www.h.test not-before=2026-01-01T00:00:00Z not-after=2026-02-01T00:00:00Z\n"+
		"* timing dns-start=1ns tls-end=3ms end=4ms\n* note \"two words\"\n")
	roundTrip(t, "> GET http://h.test/ HTTP/1.1\n< HTTP/1.1 200 OK\n* body base64 AAEC/w==\n")
	roundTrip(t, framed)
}

func roundTrip(t *testing.T, text string) {
	t.Helper()
	first, err := Parse(text)
	if err != nil {
		return
	}
	printed := Print(first...)
	second, err := Parse(printed)
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, printed)
	}
	if diff := cmp.Diff(first, second, cmpopts.EquateEmpty(), cmpopts.EquateComparable(exchange.Connection{}.Addr)); diff != "" {
		t.Fatalf("%s\nin\n%s", diff, printed)
	}
}

const framed = "> GET http://h.test/ HTTP/1.1\n< HTTP/1.1 101 Switching Protocols\n" +
	"* frame client text 2ms \"a \\\"b\\\"\"\n* frame server close 3s \"\\x03\\xf3bye\"\n* frame server ping 3s \"\"\n"

func TestFrames(t *testing.T) {
	xs, err := Parse(framed)
	if err != nil || len(xs) != 1 || len(xs[0].Frames) != 3 {
		t.Fatalf("%v, %+v", err, xs)
	}
	want := exchange.Frame{At: 3 * time.Second, From: exchange.ServerPeer, Type: "close", Data: []byte("\x03\xf3bye"), Size: 5}
	if diff := cmp.Diff(want, xs[0].Frames[1]); diff != "" {
		t.Error(diff)
	}
	if _, err := Parse("> GET http://h.test/ HTTP/1.1\n* frame server close"); err == nil {
		t.Error("a frame without offset is read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(several)
	f.Add(framed)
	f.Add("* mode reverse\n> CONNECT h:1 HTTP/1.1\n< HTTP/1.1 200\n\n\\\\\n\n* body interrupted 9\n")
	f.Fuzz(func(t *testing.T, text string) { roundTrip(t, text) })
}
