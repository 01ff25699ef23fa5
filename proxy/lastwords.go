package proxy

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/tap"
)

// lastWords answers what is outstanding on a connection whose origin ended
// without an answer, and reports whether it did. On a connection that was used
// before, the client sees the end itself: clients repeat such a request on a new
// connection, since a server may close an idle one at any time, and must not be
// kept from it.
func (t *tunnel) lastWords(client net.Conn, f *exchange.Failure) bool {
	if t.server.cfg.OnFailureClose {
		return false
	}
	if f == nil {
		f = classify(io.EOF, awaiting, t.target)
	}
	if streams := t.tap.OutstandingStreams(); len(streams.All) > 0 {
		return t.lastFrames(client, streams, f)
	}
	if t.tap.Requests() != 1 {
		return false
	}
	req := t.tap.Outstanding()
	if req == nil {
		return false
	}
	a := newAnswer(f, req)
	t.tap.Synthetic(a.message("HTTP/1.1"), a.recorded(req.Method, false), f, time.Now())
	_, _ = client.Write(a.wire(req.Method))
	return true
}

// minMaxFrame is the size of a frame that every peer takes (RFC 9113 section
// 4.2).
const minMaxFrame = 16 << 10

// lastFrames answers the streams of an HTTP/2 connection. The frames go between
// whole frames of the origin, which sent no field block, and leave the client's
// header table empty, so that nothing of the connection's state is in question.
func (t *tunnel) lastFrames(client net.Conn, streams tap.Streams, f *exchange.Failure) bool {
	var out bytes.Buffer
	framer := http2.NewFramer(&out, nil)
	if !streams.Begun {
		_ = framer.WriteSettings()
	}
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	encoder.SetMaxDynamicTableSize(0) // says so to the client first
	window := streams.Window
	var last uint32
	for _, s := range streams.All {
		a := newAnswer(f, &s.Request)
		body := a.recorded(s.Request.Method, len(a.body) > window)
		window -= len(body)
		block.Reset()
		_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(a.status)})
		for i, field := range a.header {
			if len(body) == 0 && len(a.body) > 0 && field.Name == "Content-Length" && s.Request.Method != http.MethodHead {
				a.header[i].Value = "0"
			}
			_ = encoder.WriteField(hpack.HeaderField{Name: strings.ToLower(field.Name), Value: a.header[i].Value})
		}
		if block.Len() > minMaxFrame {
			continue // a field of the request that is echoed is too long
		}
		_ = framer.WriteHeaders(http2.HeadersFrameParam{
			StreamID: s.ID, BlockFragment: block.Bytes(), EndStream: len(body) == 0, EndHeaders: true,
		})
		if len(body) > 0 {
			_ = framer.WriteData(s.ID, true, body)
		}
		failure := *f
		m := a.message("HTTP/2.0")
		m.Reason = ""
		t.tap.SyntheticStream(s.ID, m, body, &failure, time.Now())
		last = s.ID
	}
	_ = framer.WriteGoAway(last, http2.ErrCodeNo, nil)
	_, _ = client.Write(out.Bytes())
	return true
}
