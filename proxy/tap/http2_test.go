package tap

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
)

// h2side writes the frames of one direction with x/net's own Framer and HPACK
// encoder.
type h2side struct {
	from exchange.Peer
	out  *bytes.Buffer
	*http2.Framer
	enc  *hpack.Encoder
	hbuf bytes.Buffer
}

func newH2Side(from exchange.Peer) *h2side {
	s := &h2side{from: from, out: &bytes.Buffer{}}
	s.Framer = http2.NewFramer(s.out, nil)
	s.AllowIllegalWrites = true
	s.enc = hpack.NewEncoder(&s.hbuf)
	return s
}

// block encodes "name: value" lines.
func (s *h2side) block(lines string) []byte {
	s.hbuf.Reset()
	for line := range strings.SplitSeq(lines, "\n") {
		name, value, _ := strings.Cut(line, "= ")
		s.enc.WriteField(hpack.HeaderField{Name: name, Value: value})
	}
	return bytes.Clone(s.hbuf.Bytes())
}

func (s *h2side) headers(id uint32, last bool, lines string) {
	s.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: s.block(lines), EndStream: last, EndHeaders: true})
}

// sent is what was written since the last call.
func (s *h2side) sent() event {
	e := event{from: s.from, text: s.out.String()}
	s.out.Reset()
	return e
}

const h2get = ":method= GET\n:scheme= https\n:authority= a.test\n:path= /x?q\nb= 1\na= 2"

func TestHTTP2(t *testing.T) {
	for _, test := range []struct {
		name   string
		events func(c, s *h2side) []event
		want   string
	}{
		{"two streams, interim and trailers", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			c.headers(3, false, strings.Replace(h2get, "GET", "POST", 1))
			c.WriteData(3, false, []byte("up"))
			c.headers(3, true, "rt= 1")
			e := []event{c.sent()}
			s.headers(3, false, ":status= 103\nlink= x")
			s.headers(3, false, ":status= 200\ncontent-length= 4")
			s.headers(1, true, ":status= 404\nz= 1\ny= 2")
			s.WriteData(3, false, []byte("bo"))
			s.WriteDataPadded(3, false, []byte("dy"), make([]byte, 7))
			s.headers(3, true, "grpc-status= 0")
			return append(e, s.sent(), client(eof), server(eof))
		}, `
GET https://a.test/x?q -> 404 "" none
POST https://a.test/x?q (2 complete) [103] -> 200 "body" complete trailer [{grpc-status 0}]
`},
		{"continuation, padding, priority, table size", func(c, s *h2side) []event {
			b := c.block(h2get + "\nlong= " + strings.Repeat("v", 300))
			c.WriteHeaders(http2.HeadersFrameParam{
				StreamID: 1, BlockFragment: b[:10], EndStream: true, PadLength: 9, Priority: http2.PriorityParam{StreamDep: 0, Weight: 5},
			})
			c.WriteContinuation(1, false, b[10:20])
			c.WriteContinuation(1, true, b[20:])
			c.WriteSettings(http2.Setting{ID: http2.SettingHeaderTableSize, Val: 65536})
			e := []event{c.sent()}
			s.enc.SetMaxDynamicTableSizeLimit(65536)
			s.enc.SetMaxDynamicTableSize(65536)
			s.WriteSettingsAck()
			s.headers(1, true, ":status= 204\nk= "+strings.Repeat("w", 5000))
			c.headers(3, true, h2get)
			e = append(e, s.sent(), c.sent())
			s.headers(3, true, ":status= 204\nk= "+strings.Repeat("w", 5000))
			return append(e, s.sent())
		}, `
GET https://a.test/x?q -> 204 "" none
GET https://a.test/x?q -> 204 "" none
`},
		{"resets", func(c, s *h2side) []event {
			for id := uint32(1); id < 10; id += 2 {
				c.headers(id, id != 7, h2get)
			}
			e := []event{c.sent()}
			s.WriteRSTStream(1, http2.ErrCodeRefusedStream)
			s.headers(3, false, ":status= 200\ncontent-length= 9")
			s.WriteData(3, false, []byte("abc"))
			s.WriteRSTStream(3, http2.ErrCodeInternal)
			s.headers(7, true, ":status= 413")
			s.WriteRSTStream(7, http2.ErrCodeNo)
			e = append(e, s.sent())
			c.WriteRSTStream(5, http2.ErrCodeCancel)
			e = append(e, c.sent())
			s.WriteGoAway(7, http2.ErrCodeEnhanceYourCalm, []byte("slow down"))
			return append(e, s.sent())
		}, `
GET https://a.test/x?q !stream-reset by server: the server reset the stream with REFUSED_STREAM without a response closed:server
GET https://a.test/x?q -> 200 "abc" interrupted !stream-reset by server: the server reset the stream with INTERNAL_ERROR after 3 of 9 bytes of the response body closed:server
GET https://a.test/x?q -> 413 "" none closed:server #the server reset the stream (NO_ERROR) before the request ended; the answer was complete by then
GET https://a.test/x?q !client-gone by client: the client reset the stream with CANCEL without a response closed:client
GET https://a.test/x?q !stream-reset by server: the server sent GOAWAY (ENHANCE_YOUR_CALM, "slow down") and did not process the request closed:server
`},
		{"cut by the server", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			c.headers(3, true, h2get)
			s.headers(1, false, ":status= 200")
			s.WriteData(1, false, []byte("abc"))
			return []event{c.sent(), s.sent(), server(eof), client(eof)}
		}, `
GET https://a.test/x?q -> 200 "abc" interrupted !body-truncated by server: the server closed the connection inside the response body, after 3 bytes of it closed:server
GET https://a.test/x?q !empty-reply by server: the server closed the connection without a response closed:server
`},
		{"left by the client when it has all", func(c, s *h2side) []event {
			for _, id := range []uint32{1, 3, 5} {
				c.headers(id, true, h2get)
				s.headers(id, false, ":status= 200\ncontent-length= 3")
			}
			for _, id := range []uint32{1, 3} {
				s.WriteData(id, false, []byte("abc"))
			}
			s.WriteData(5, false, []byte("ab"))
			e := []event{c.sent(), s.sent()}
			c.WriteRSTStream(1, http2.ErrCodeCancel)
			return append(e, c.sent(), client(eof), server(eof))
		}, `
GET https://a.test/x?q -> 200 "abc" complete closed:client
GET https://a.test/x?q -> 200 "abc" complete closed:client
GET https://a.test/x?q -> 200 "ab" interrupted !client-gone by client: the client closed the connection after 2 of 3 bytes of the response body closed:client
`},
		{"shorter than announced", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			s.headers(1, false, ":status= 200\ncontent-length= 5")
			s.WriteData(1, true, []byte("abc"))
			return []event{c.sent(), s.sent()}
		}, `
GET https://a.test/x?q -> 200 "abc" interrupted !body-truncated by server: the server ended the stream after 3 bytes of a response body of 5 bytes closed:server
`},
		{"push", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			s.WritePushPromise(http2.PushPromiseParam{StreamID: 1, PromiseID: 2, BlockFragment: s.block(strings.Replace(h2get, "/x?q", "/p", 1)), EndHeaders: true})
			s.headers(2, true, ":status= 204")
			s.headers(1, true, ":status= 204")
			return []event{c.sent(), s.sent()}
		}, `
GET https://a.test/x?q -> 204 "" none #the server pushed GET /p; the pushed response is not recorded
`},
		{"WebSocket", func(c, s *h2side) []event {
			c.headers(1, false, ":method= CONNECT\n:protocol= websocket\n:scheme= https\n:authority= a.test\n:path= /ws")
			e := []event{c.sent()}
			s.headers(1, false, ":status= 200")
			s.WriteData(1, false, []byte("\x81\x02hi"))
			e = append(e, s.sent())
			c.WriteData(1, false, []byte("\x88\x82\x00\x00\x00\x00\x03\xe8"))
			e = append(e, c.sent())
			s.WriteData(1, true, []byte("\x88\x02\x03\xe8"))
			c.WriteData(1, true, nil)
			return append(e, s.sent(), c.sent())
		}, `
CONNECT https://a.test/ws -> 200 "" none server:text:"hi" client:close:"\x03\xe8" server:close:"\x03\xe8"
`},
		{"broken field block", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			s.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0xff, 0xff, 0xff}, EndHeaders: true})
			return []event{c.sent(), s.sent()}
		}, `
GET https://a.test/x?q !malformed-response by server: the server's HTTP/2 frames cannot be read: decoding error: truncated headers
`},
		{"a name in upper case", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			s.headers(1, true, ":status= 200\nX-Upper= a")
			return []event{c.sent(), s.sent()}
		}, `
GET https://a.test/x?q !malformed-response by server: the server sent the field "X-Upper", which is not in lower case, as HTTP/2 demands
`},
		{"the client complains of a frame", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			s.WriteRawFrame(http2.FramePing, 0, 0, []byte("short"))
			e := []event{c.sent(), s.sent()}
			c.WriteGoAway(0, http2.ErrCodeFrameSize, nil)
			return append(e, c.sent(), client(eof), server(eof))
		}, `
GET https://a.test/x?q !malformed-response by server: the client refuses what the server sent: it ended the connection with GOAWAY (FRAME_SIZE_ERROR)
`},
		{"the client complains of a response", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			s.WriteData(1, false, []byte("abc"))
			e := []event{c.sent(), s.sent()}
			c.WriteRSTStream(1, http2.ErrCodeProtocol)
			return append(e, c.sent(), client(eof), server(eof))
		}, `
GET https://a.test/x?q !malformed-response by server: the client refuses what the server sent: it reset the stream with PROTOCOL_ERROR without a response closed:client
`},
		{"HTTP/1 answers", func(c, s *h2side) []event {
			c.headers(1, true, h2get)
			s.out.Reset()
			return []event{c.sent(), server("HTTP/1.1 400 Bad Request\r\n\r\n"), server(eof), client(eof)}
		}, `
GET https://a.test/x?q !malformed-response by server: the server did not begin with an HTTP/2 SETTINGS frame, but with "HTTP/1.1 "
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, s := newH2Side(exchange.ClientPeer), newH2Side(exchange.ServerPeer)
			c.out.WriteString(preface)
			c.WriteSettings()
			s.WriteSettings()
			events := test.events(c, s)
			for _, protocol := range []string{"", "h2"} {
				got := summary(everyWay(t, Config{Protocol: protocol}, events))
				if got != strings.TrimPrefix(test.want, "\n") {
					t.Errorf("got\n%s\nwant%s", got, test.want)
				}
			}
		})
	}
}

func TestUpgradeToHTTP2(t *testing.T) {
	c, s := newH2Side(exchange.ClientPeer), newH2Side(exchange.ServerPeer)
	c.out.WriteString(preface)
	c.WriteSettings()
	c.headers(3, true, h2get)
	s.out.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
	s.WriteSettings()
	s.headers(1, false, ":status= 200")
	s.WriteData(1, true, []byte("one"))
	s.headers(3, true, ":status= 204")
	first := client("GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")
	want := "GET https://a.test/x [101] -> 200 \"one\" complete\nGET https://a.test/x?q -> 204 \"\" none\n"
	if got := summary(everyWay(t, Config{}, []event{first, c.sent(), s.sent(), client(eof), server(eof)})); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestHTTP2KeepsFieldOrder(t *testing.T) {
	c, s := newH2Side(exchange.ClientPeer), newH2Side(exchange.ServerPeer)
	c.out.WriteString(preface)
	c.WriteSettings()
	s.WriteSettings()
	c.headers(1, true, h2get)
	s.headers(1, true, ":status= 200\nz= 1\ncookie= a\nz= 2")
	x := play(Config{}, []event{c.sent(), s.sent()}, whole).ended[0]
	if got := x.Request.Header; got[0].Name != "b" || got[1].Name != "a" {
		t.Errorf("request fields %v", got)
	}
	if got := x.Response.Header; len(got) != 3 || got[0].Name != "z" || got[1].Name != "cookie" || got[2].Value != "2" {
		t.Errorf("response fields %v", got)
	}
}
