package proxy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

// lane is a way to an HTTP/1.1 origin.
type lane struct {
	name   string
	secure bool
}

var lanes = []lane{{"plain", false}, {"TLS", true}}

// open starts an origin, and connects to it through the proxy. target is what
// stands before a path in a request.
func (n lane) open(l *lab, f func(net.Conn, *bufio.Reader)) (c net.Conn, target, authority string) {
	if !n.secure {
		authority = rawOrigin(l.t, nil, f)
		return l.dial(), "http://" + authority, authority
	}
	authority = rawOrigin(l.t, originTLSConfig("http/1.1"), f)
	c, err := l.secure(authority, nil)
	if err != nil {
		l.t.Fatal(err)
	}
	return c, "", authority
}

// eachLane runs a test both ways.
func eachLane(t *testing.T, test func(l *lab, n lane)) {
	for _, n := range lanes {
		t.Run(n.name, func(t *testing.T) {
			l := newLab(t, nil)
			test(l, n)
			l.quiet()
		})
	}
}

// TestConnectionGoesOn: an answer that has no content, whatever it says of its
// length, leaves the connection usable.
func TestConnectionGoesOn(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		answers := map[string]string{
			"HEAD /length":   "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n",
			"GET /unchanged": "HTTP/1.1 304 Not Modified\r\ncontent-type: text/css\r\nETag: \"x\"\r\nContent-Length: 9\r\n\r\n",
			"GET /nothing":   "HTTP/1.1 204 No Content\r\n\r\n",
		}
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			for {
				head, err := takeHead(br)
				if err != nil {
					return
				}
				what, _, _ := strings.Cut(head, " HTTP/")
				_, _ = io.WriteString(c, answers[what])
			}
		})
		for what, want := range answers {
			method, path, _ := strings.Cut(what, " ")
			fmt.Fprintf(c, "%s %s%s HTTP/1.1\r\nHost: %s\r\n\r\n", method, target, path, authority)
			if got := readHead(l.t, c); got != want {
				l.t.Errorf("%s: got %q", what, got)
			}
			if x := l.next(); x.Failure != nil || x.Response.Body.State != exchange.NoBody {
				l.t.Errorf("%s: recorded %+v, body %s", what, x.Failure, x.Response.Body.State)
			}
		}
		c.Close()
	})
}

// TestEmptyLinesBeforeRequests: old clients end the content of a POST with an
// empty line more, which servers ignore (RFC 9112 section 2.2).
func TestEmptyLinesBeforeRequests(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		asked := make(chan string, 1)
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			for {
				for b, err := br.Peek(1); err == nil && (b[0] == '\r' || b[0] == '\n'); b, err = br.Peek(1) {
					_, _ = br.Discard(1)
				}
				head, err := takeHead(br)
				if err != nil {
					return
				}
				body := make([]byte, 2*strings.Count(head, "Content-Length: 2"))
				asked <- head + readFull(br, body)
				_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
			}
		})
		for _, rest := range []string{"Content-Length: 2\r\n\r\nab", "X-Last: 1\r\n\r\n"} {
			fmt.Fprintf(c, "\r\nPOST %s/ HTTP/1.1\r\nHost: %s\r\n%s\r\n", target, authority, rest)
			if want := fmt.Sprintf("POST / HTTP/1.1\r\nHost: %s\r\n%s", authority, rest); <-asked != want {
				l.t.Errorf("the origin was not asked %q", want)
			}
			readHead(l.t, c)
			if x := l.next(); x.Failure != nil || x.Request.Method != http.MethodPost {
				l.t.Errorf("recorded %+v, method %s", x.Failure, x.Request.Method)
			}
		}
		c.Close()
	})
}

// takeHead reads up to an empty line.
func takeHead(br *bufio.Reader) (string, error) {
	var head []byte
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		b, err := br.ReadByte()
		if err != nil {
			return string(head), err
		}
		head = append(head, b)
	}
	return string(head), nil
}

// TestUploadStreams: the origin has the first part of the content before the
// client sends the second.
func TestUploadStreams(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		came := make(chan string)
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			if _, err := takeHead(br); err != nil {
				return
			}
			for range 2 {
				came <- readFull(br, make([]byte, 5))
			}
			_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
			_, _ = br.ReadByte()
		})
		fmt.Fprintf(c, "POST %s/ HTTP/1.1\r\nHost: %s\r\nContent-Length: 10\r\n\r\n", target, authority)
		for _, part := range []string{"first", "later"} {
			_, _ = io.WriteString(c, part)
			if got := <-came; got != part {
				l.t.Errorf("the origin got %q, want %q", got, part)
			}
		}
		readHead(l.t, c)
		if x := l.next(); string(x.Request.Body.Data) != "firstlater" {
			l.t.Errorf("recorded %q", x.Request.Body.Data)
		}
		c.Close()
	})
}

// TestAnswerBeforeTheContent: a server refuses an upload of which it read the
// head alone and closes the connection, which resets it. The client is to get
// the answer, not a 502.
func TestAnswerBeforeTheContent(t *testing.T) {
	l := newLab(t, nil)
	for range 20 {
		c, target, authority := lanes[0].open(l, func(c net.Conn, br *bufio.Reader) {
			_, _ = takeHead(br)
			_, _ = io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		})
		const size = 4 << 20
		fmt.Fprintf(c, "PUT %s/ HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", target, authority, size)
		go func() { _, _ = c.Write(make([]byte, size)) }()
		if got := readHead(t, c); !strings.HasPrefix(got, "HTTP/1.1 413 ") {
			t.Fatalf("got %q", got)
		}
		c.Close()
		if x := l.next(); x.Response.Status != 413 || x.Failure != nil || x.Synthetic {
			t.Errorf("recorded %d, %+v", x.Response.Status, x.Failure)
		}
	}
	l.quiet()
}

// TestCloseIsKept: a client that wants the connection closed sees it closed.
func TestCloseIsKept(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			_, _ = takeHead(br)
			_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
		})
		fmt.Fprintf(c, "GET %s/ HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", target, authority)
		if rest, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(rest), "HTTP/1.1 204") {
			l.t.Errorf("got %q, then %v", rest, err)
		}
		l.next()
		c.Close()
	})
}

// TestFieldsForTheProxyStayHere: what a client says to its proxy is not for the
// origin (RFC 9110, section 7.6.1); inside TLS there is no such thing.
func TestFieldsForTheProxyStayHere(t *testing.T) {
	eachLane(t, func(l *lab, n lane) {
		const fields = "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nX-End: 1\r\nProxy-Connection: keep-alive\r\n"
		heads := make(chan string, 1)
		c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
			head, _ := takeHead(br)
			heads <- head
			_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
			_, _ = br.ReadByte()
		})
		fmt.Fprintf(c, "GET %s/ HTTP/1.1\r\nHost: %s\r\n%s\r\n", target, authority, fields)
		readHead(l.t, c)
		head := <-heads
		if n.secure && !strings.HasSuffix(head, "\r\n"+fields+"\r\n") {
			l.t.Errorf("the origin got %q", head)
		}
		if !n.secure && (strings.Contains(head, "X-Hop: ") || strings.Contains(head, "Proxy-") || !strings.Contains(head, "X-End: 1")) {
			l.t.Errorf("the origin got %q", head)
		}
		if x := l.next(); !x.Request.Header.Has("X-Hop") || !x.Request.Header.Has("Proxy-Connection") {
			l.t.Errorf("recorded %v", x.Request.Header)
		}
		c.Close()
	})
}

// TestNamesOfATunnel: the name of the tunnel, that in the handshake and that in
// Host are three: the first is dialled, the second is certified and goes on to
// the origin, and the third is the origin's affair.
func TestNamesOfATunnel(t *testing.T) {
	l := newLab(t, nil)
	hosts := make(chan string, 1)
	names := make(chan string, 1)
	config := originTLSConfig("http/1.1")
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		names <- hello.ServerName
		return nil, nil
	}
	origin := rawOrigin(t, config, func(c net.Conn, br *bufio.Reader) {
		head, _ := takeHead(br)
		_, host, _ := strings.Cut(head, "Host: ")
		host, _, _ = strings.Cut(host, "\r\n")
		hosts <- host
		_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
		_, _ = br.ReadByte()
	})
	_, port, _ := net.SplitHostPort(origin)
	c, err := l.secure("127.0.0.1:"+port, func(cfg *tls.Config) { cfg.ServerName = "abc.localhost" })
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: no-such-host.invalid\r\n\r\n")
	readHead(t, c)
	if name, host := <-names, <-hosts; name != "abc.localhost" || host != "no-such-host.invalid" {
		t.Errorf("the origin got the name %q and Host %q", name, host)
	}
	if err := c.ConnectionState().PeerCertificates[0].VerifyHostname("abc.localhost"); err != nil {
		t.Error(err)
	}
	l.next()
	c.Close()
	l.quiet()
}

// eagerConn writes its head together with what is written first, and reads the
// answer to the head before the rest.
type eagerConn struct {
	net.Conn
	t    *testing.T
	head string
	read bool
}

func (c *eagerConn) Write(p []byte) (int, error) {
	if c.head == "" {
		return c.Conn.Write(p)
	}
	n, err := io.WriteString(c.Conn, c.head+string(p))
	n -= len(c.head)
	c.head = ""
	return max(n, 0), err
}

func (c *eagerConn) Read(p []byte) (int, error) {
	if !c.read {
		c.read = true
		readHead(c.t, c.Conn)
	}
	return c.Conn.Read(p)
}

// TestEagerHello: a client need not wait for the answer to its CONNECT.
func TestEagerHello(t *testing.T) {
	l := newLab(t, nil)
	origin := rawOrigin(t, originTLSConfig(), func(c net.Conn, br *bufio.Reader) {
		_, _ = takeHead(br)
		_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
		_, _ = br.ReadByte()
	})
	eager := &eagerConn{Conn: l.dial(), t: t, head: "CONNECT " + origin + " HTTP/1.1\r\nHost: " + origin + "\r\n\r\n"}
	c := tls.Client(eager, &tls.Config{ServerName: "localhost", RootCAs: l.pool()})
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", origin)
	if got := readHead(t, c); !strings.HasPrefix(got, "HTTP/1.1 204") {
		t.Errorf("got %q", got)
	}
	l.next()
	c.Close()
	l.quiet()
}

// TestEagerFrame: a server that sends on at once after it switched protocols.
func TestEagerFrame(t *testing.T) {
	const answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: %s\r\nConnection: Upgrade\r\n\r\n"
	for _, protocol := range []string{"websocket", "other/1"} {
		t.Run(protocol, func(t *testing.T) {
			eachLane(t, func(l *lab, n lane) {
				want := fmt.Sprintf(answer, protocol) + "\x81\x02hi"
				c, target, authority := n.open(l, func(c net.Conn, br *bufio.Reader) {
					_, _ = takeHead(br)
					_, _ = io.WriteString(c, want)
					_, _ = br.ReadByte()
				})
				fmt.Fprintf(c, "GET %s/ HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", target, authority, protocol)
				if got := readFull(c, make([]byte, len(want))); got != want {
					l.t.Errorf("got %q", got)
				}
				c.Close()
				if x := l.next(); x.Status() != http.StatusSwitchingProtocols {
					l.t.Errorf("recorded %d", x.Status())
				}
			})
		})
	}
}

// answers2 are answers of an HTTP/2 origin by their path.
var answers2 = map[string]func(w http.ResponseWriter, r *http.Request){
	"/length": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		_, _ = io.WriteString(w, "hello")
	},
	"/coded": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, "\x1f\x8bx")
	},
	"/announced": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		_, _ = io.WriteString(w, "hello")
		w.Header().Set("X-Sum", "42")
	},
	"/unannounced": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hello")
		w.Header().Set(http.TrailerPrefix+"X-Sum", "42")
	},
	"/hints": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusNoContent)
	},
	"/cookies": func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
		w.WriteHeader(http.StatusTeapot)
	},
	"/cut": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hel")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	},
	"/said": func(w http.ResponseWriter, r *http.Request) {
		_ = r.Header.Write(w)
	},
}

// TestHTTP2IsTheSame compares what a client of HTTP/2 sees with and without us.
func TestHTTP2IsTheSame(t *testing.T) {
	l := newLab(t, nil)
	s := site(t, true, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		answers2[r.URL.Path](w, r)
	})
	direct := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true, DisableCompression: true}
	defer direct.CloseIdleConnections()
	through := l.client(true)
	for path := range answers2 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			want, got := seen2(&http.Client{Transport: direct}, method, s.URL+path), seen2(through, method, s.URL+path)
			if got != want {
				t.Errorf("%s %s: the client sees %s\nwithout us %s", method, path, got, want)
			}
			cut := path == "/cut" && method == http.MethodGet
			if x := l.next(); x.Response == nil || (x.Failure != nil) != cut {
				t.Errorf("%s %s: recorded %+v", method, path, x.Failure)
			}
		}
	}
}

// seen2 is all that a client sees of an answer.
func seen2(c *http.Client, method, url string) string {
	interim := ""
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
		interim += fmt.Sprint(code, h)
		return nil
	}})
	req, _ := http.NewRequestWithContext(ctx, method, url, nil)
	req.Header = http.Header{"User-Agent": nil, "Accept-Encoding": {"br, zstd;q=0.5"}, "X-A": {"1", "2"}}
	resp, err := c.Do(req)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Sprintf("%s %s %v %d %q, then %v", interim, resp.Status, resp.Header, resp.ContentLength, body, err)
	}
	return fmt.Sprintf("%s %s %v %d %q %v", interim, resp.Status, resp.Header, resp.ContentLength, body, resp.Trailer)
}
