package proxy

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

// dialogue is one request and its answer, byte by byte.
type dialogue struct {
	name string
	// send are the bytes of the client behind the request line, answer those of
	// the origin, which closes after it if hangUp.
	method, send, answer string
	hangUp               bool
	// plain is the answer of plain HTTP where that cannot be the same.
	plain string
	state exchange.BodyState
	fails exchange.FailureKind
}

var dialogues = []dialogue{
	{name: "length", answer: "HTTP/1.1 200 Fine By Me\r\nz-One: 1\r\nContent-Length: 5\r\nA-two: 2\r\n\r\nhello", state: exchange.WholeBody},
	{name: "chunked", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", state: exchange.WholeBody},
	{
		name: "trailers", answer: "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n",
		state: exchange.WholeBody,
	},
	{
		name: "until close", answer: "HTTP/1.0 200 OK\r\nServer: old\r\n\r\nhello", hangUp: true, state: exchange.WholeBody,
		plain: "HTTP/1.1 200 OK\r\nServer: old\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
	},
	{name: "empty", answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", state: exchange.NoBody},
	{name: "no content", answer: "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", state: exchange.NoBody},
	{name: "not modified", answer: "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n", state: exchange.NoBody},
	{name: "HEAD", method: "HEAD", answer: "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", state: exchange.NoBody},
	{
		name: "upgrade refused", send: "Connection: Upgrade, X-Set\r\nUpgrade: other\r\nX-Set: 1\r\n",
		answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", state: exchange.WholeBody,
	},
	{
		name: "early hints", answer: "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
		state: exchange.WholeBody,
	},
	{name: "content coding", send: "Accept-Encoding: br, zstd;q=0.5\r\n", answer: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8bx", state: exchange.WholeBody},
	{name: "two cookies", answer: "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX: y\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n", state: exchange.NoBody},
	{
		name: "cut length", answer: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", hangUp: true,
		state: exchange.InterruptedBody, fails: exchange.BodyTruncated,
	},
	{
		name: "cut chunk", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", hangUp: true,
		state: exchange.InterruptedBody, fails: exchange.BodyTruncated,
	},
	{name: "repeated fields", send: "X-A: 1\r\nX-B: b\r\nX-A: 2\r\n", answer: "HTTP/1.1 200 OK\r\nVia: 1\r\nX: y\r\nVia: 2\r\nContent-Length: 0\r\n\r\n", state: exchange.NoBody},
	{name: "large field", send: "Cookie: " + strings.Repeat("c", 64<<10) + "\r\n", answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", state: exchange.WholeBody},
	{name: "unasked coding", answer: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8bx", state: exchange.WholeBody},
	{
		name: "trailers unannounced", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n",
		state: exchange.WholeBody,
	},
	{name: "GET with content", send: "Content-Length: 4\r\n\r\nbody", answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", state: exchange.WholeBody},
	{name: "upload", method: "POST", send: "X-a: 1\r\nContent-Length: 4\r\n\r\nbody", answer: "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", state: exchange.NoBody},
	{name: "empty upload", method: "POST", send: "Content-Length: 0\r\n\r\n", answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", state: exchange.NoBody},
	{
		name: "chunked upload", method: "PUT", send: "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-T: 9\r\n\r\n",
		answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", state: exchange.NoBody,
	},
}

// script is the origin of a dialogue: it sends what it got on got.
func (d *dialogue) script(got chan<- string) func(net.Conn, *bufio.Reader) {
	return func(c net.Conn, br *bufio.Reader) {
		var b bytes.Buffer
		one := make([]byte, 1)
		for !d.complete(b.String()) {
			if _, err := br.Read(one); err != nil {
				break
			}
			b.Write(one)
		}
		got <- b.String()
		_, _ = io.WriteString(c, d.answer)
		if !d.hangUp {
			_, _ = br.ReadByte() // until the client leaves
		}
	}
}

func (d *dialogue) complete(sent string) bool {
	_, content, ok := strings.Cut(sent, "\r\n\r\n")
	_, want, _ := strings.Cut(d.send, "\r\n\r\n")
	return ok && len(content) == len(want)
}

func (d *dialogue) request(target, host string) string {
	method := d.method
	if method == "" {
		method = "GET"
	}
	end := ""
	if !strings.Contains(d.send, "\r\n\r\n") {
		end = "\r\n"
	}
	return method + " " + target + " HTTP/1.1\r\nhOST: " + host + "\r\nUser-AGENT: u\r\n" + d.send + end
}

const oddPath = "/a%2Fb//c/../d;p?x=%7E&y=a+b&z=%zz|"

// run sends the dialogue's request on c and reads as much as the answer is long,
// or until the connection ends.
func (d *dialogue) run(t *testing.T, c net.Conn, request, want string) {
	t.Helper()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	n, err := io.ReadFull(c, got)
	if string(got[:n]) != want {
		t.Errorf("the client got %q (%v), want %q", got[:n], err, want)
	}
	if d.hangUp && want == d.answer {
		if _, err := c.Read(got); err == nil {
			t.Error("the connection goes on after a cut answer")
		}
	}
}

func (d *dialogue) check(t *testing.T, x *exchange.Exchange, mode exchange.Mode, url string) {
	t.Helper()
	if x.Mode != mode || x.URL != url {
		t.Errorf("recorded %s %s, want %s %s", x.Mode, x.URL, mode, url)
	}
	if got := exchange.FailureKind(""); x.Failure != nil {
		got = x.Failure.Kind
		if got != d.fails {
			t.Errorf("failure %s: %s, want %q", got, x.Failure.Message, d.fails)
		}
	} else if d.fails != "" {
		t.Errorf("no failure, want %s", d.fails)
	}
	if x.Response == nil {
		t.Fatal("no response recorded")
	}
	if x.Response.Body.State != d.state {
		t.Errorf("response body %q, want %q", x.Response.Body.State, d.state)
	}
	if x.Synthetic {
		t.Error("taken for our own answer")
	}
	// The record has the head as it came.
	final := d.answer
	if len(x.Interim) == 1 {
		_, final, _ = strings.Cut(final, "\r\n\r\n")
	}
	want := responseHead(final[:headEnd([]byte(final), 0)])
	if got, want := string(headBytes(x.Response)), string(headBytes(&want)); got != want {
		t.Errorf("recorded head %q, want %q", got, want)
	}
	if got, _ := x.Request.Header.Get("host"), 0; x.Request.Header[0].Name != "hOST" || got == "" {
		t.Errorf("recorded request header %v", x.Request.Header)
	}
}

func TestPlainHTTPIsPassedOnAsItIs(t *testing.T) {
	for _, d := range dialogues {
		t.Run(d.name, func(t *testing.T) {
			l := newLab(t, nil)
			got := make(chan string, 1)
			origin := rawOrigin(t, nil, d.script(got))
			want := d.answer
			if d.plain != "" {
				want = d.plain
			}
			d.run(t, l.dial(), d.request("http://"+origin+oddPath, origin), want)
			if seen := <-got; seen != d.request(oddPath, origin) {
				t.Errorf("the origin got %q", seen)
			}
			d.check(t, l.next(), exchange.Forward, "http://"+origin+oddPath)
			l.quiet()
		})
	}
}

func TestInterceptedHTTPIsPassedOnAsItIs(t *testing.T) {
	for _, d := range dialogues {
		t.Run(d.name, func(t *testing.T) {
			l := newLab(t, nil)
			got := make(chan string, 1)
			origin := rawOrigin(t, originTLSConfig("http/1.1"), d.script(got))
			c, err := l.secure(origin, nil)
			if err != nil {
				t.Fatal(err)
			}
			d.run(t, c, d.request(oddPath, origin), d.answer)
			if seen := <-got; seen != d.request(oddPath, origin) {
				t.Errorf("the origin got %q", seen)
			}
			c.Close()
			d.check(t, l.next(), exchange.Intercepted, "https://"+origin+oddPath)
			l.quiet()
		})
	}
}

func TestClearHTTPInsideConnect(t *testing.T) {
	d := dialogues[0]
	l := newLab(t, nil)
	got := make(chan string, 1)
	origin := rawOrigin(t, nil, d.script(got))
	c := l.connect(origin)
	d.run(t, c, d.request(oddPath, origin), d.answer)
	<-got
	c.Close()
	d.check(t, l.next(), exchange.Intercepted, "http://"+origin+oddPath)
	l.quiet()
}

func TestExpectContinue(t *testing.T) {
	for _, secure := range []*tls.Config{nil, originTLSConfig()} {
		l := newLab(t, nil)
		origin := rawOrigin(t, secure, func(c net.Conn, br *bufio.Reader) {
			readHead(t, br)
			_, _ = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n")
			if b := make([]byte, 4); readFull(br, b) == "body" {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}
			_, _ = br.ReadByte()
		})
		c := l.dial()
		target := "http://" + origin + "/"
		if secure != nil {
			var err error
			if c, err = l.secure(origin, nil); err != nil {
				t.Fatal(err)
			}
			target = "/"
		}
		_, _ = io.WriteString(c, "POST "+target+" HTTP/1.1\r\nHost: "+origin+"\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
		if got := readHead(t, c); got != "HTTP/1.1 100 Continue\r\n\r\n" {
			t.Errorf("got %q before the body", got)
		}
		_, _ = io.WriteString(c, "body")
		if got := readHead(t, c); !strings.HasPrefix(got, "HTTP/1.1 200 OK") {
			t.Errorf("got %q", got)
		}
		x := l.next()
		if len(x.Interim) != 1 || x.Interim[0].Status != 100 || string(x.Request.Body.Data) != "body" {
			t.Errorf("interim %v, body %q", x.Interim, x.Request.Body.Data)
		}
		c.Close()
		l.quiet()
	}
}

func readFull(r io.Reader, b []byte) string {
	_, _ = io.ReadFull(r, b)
	return string(b)
}

// TestEventsArriveOneByOne: the origin sends the next event only when the client
// has the last one, so nothing may be held back.
func TestEventsArriveOneByOne(t *testing.T) {
	for _, secure := range []*tls.Config{nil, originTLSConfig()} {
		l := newLab(t, nil)
		arrived := make(chan bool)
		origin := rawOrigin(t, secure, func(c net.Conn, br *bufio.Reader) {
			readHead(t, br)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 27\r\n\r\n")
			for range 3 {
				<-arrived
				_, _ = io.WriteString(c, "data: x\n\n")
			}
			_, _ = br.ReadByte()
		})
		c := l.dial()
		target := "http://" + origin + "/"
		if secure != nil {
			var err error
			if c, err = l.secure(origin, nil); err != nil {
				t.Fatal(err)
			}
			target = "/"
		}
		_, _ = io.WriteString(c, "GET "+target+" HTTP/1.1\r\nHost: "+origin+"\r\n\r\n")
		readHead(t, c)
		for range 3 {
			arrived <- true
			if got := readFull(c, make([]byte, 9)); got != "data: x\n\n" {
				t.Fatalf("got %q", got)
			}
		}
		x := l.next()
		if x.Failure != nil || x.Response.Body.Size != 27 {
			t.Errorf("failure %v, %d bytes", x.Failure, x.Response.Body.Size)
		}
		c.Close()
		l.quiet()
	}
}

func TestPipelinedRequests(t *testing.T) {
	l := newLab(t, nil)
	origin := rawOrigin(t, nil, func(c net.Conn, br *bufio.Reader) {
		for {
			var head []byte
			for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
				b, err := br.ReadByte()
				if err != nil {
					return
				}
				head = append(head, b)
			}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
		}
	})
	c := l.dial()
	request := func(path, name string) string {
		return "GET http://" + origin + path + " HTTP/1.1\r\nHost: " + origin + "\r\n" + name + ": 1\r\n\r\n"
	}
	_, _ = io.WriteString(c, request("/one", "x-ONE")+request("/two", "x-TWO"))
	for range 2 {
		readHead(t, c)
		readFull(c, make([]byte, 2))
	}
	for i, want := range []string{"x-ONE", "x-TWO"} {
		x := l.next()
		if x.Request.Header[1].Name != want || x.Client.Reused != (i == 1) {
			t.Errorf("request %d: %v, reused %v", i, x.Request.Header, x.Client.Reused)
		}
	}
	c.Close()
	l.quiet()
}
