package tap

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2/hpack"

	"httpwhy/inspector/exchange"
)

// The bounds of an HTTP/2 connection.
const (
	maxStreams = 10_000
	// maxTable is the largest header table that is followed (RFC 7541 section
	// 4.2); browsers ask for 64 KiB.
	maxTable = 1 << 20
)

// http2Reader follows an HTTP/2 connection (RFC 9113).
type http2Reader struct {
	c       *Conn
	dirs    [2]direction
	streams map[uint32]*stream
	// maxFrame is the longest frame that the client takes, 0 if it did not say.
	maxFrame int
	// newest is the highest stream that the client opened.
	newest uint32
	// gone is the lowest stream number of a GOAWAY, plus 1; 0 if none came.
	gone uint64
	// answered: the server sent a field block. window is the client's initial
	// flow-control window.
	answered bool
	window   int
}

// stream is an exchange under way and what only HTTP/2 knows of it.
type stream struct {
	*pending
	id       uint32
	protocol string // :protocol of an extended CONNECT (RFC 8441)
	connect  bool
}

func newHTTP2(c *Conn) *http2Reader {
	h := &http2Reader{c: c, streams: make(map[uint32]*stream), window: defaultWindow}
	for side := range h.dirs {
		d := &h.dirs[side]
		d.side = side
		d.decoder = hpack.NewDecoder(4096, d.block.add)
		d.decoder.SetMaxStringLength(maxHead)
	}
	h.dirs[fromClient].preface = len(preface)
	return h
}

// headers reads the end of a field block.
func (h *http2Reader) headers(d *direction, at time.Time) {
	b := &d.block
	if b.promised {
		h.push(b)
		return
	}
	s := h.streams[b.stream]
	if d.side == fromServer {
		if s != nil {
			h.responseHead(s, b, at)
		}
		return
	}
	switch {
	case s != nil:
		s.x.Request.Trailer = b.header()
		if b.last {
			h.endRequest(s, at)
		}
	case b.stream > h.newest && b.stream%2 == 1:
		h.newest = b.stream
		h.startRequest(b, at)
	}
}

func (h *http2Reader) startRequest(b *fieldBlock, at time.Time) {
	if len(h.streams) >= maxStreams {
		h.c.giveUp(fmt.Sprintf("more than %d streams were open", maxStreams), at)
		return
	}
	req := exchange.Message{Method: b.method, Target: b.path, Proto: "HTTP/2.0", Header: b.header()}
	facts := factsOf(req.Header)
	length, err := facts.bodyLength()
	req.Body.Expected = length
	if b.last {
		req.Body.State = exchange.NoBody
	}
	s := &stream{id: b.stream, protocol: b.protocol, connect: b.method == http.MethodConnect}
	s.pending = h.c.begin(h.c.cfg.Mode, h.url(b, &facts), &req, b.at)
	h.streams[b.stream] = s
	if err != nil {
		s.note("the length of the request is not clear: %v", err)
	}
	if b.lost > 0 {
		s.note("%d request fields beyond %d, or %d bytes, are not kept", b.lost, maxFields, maxHead)
	}
	if b.last {
		h.endRequest(s, at)
	}
}

func (h *http2Reader) url(b *fieldBlock, f *facts) string {
	host := b.authority
	if host == "" {
		host = f.host
	}
	if host == "" {
		host = h.c.defaultHost()
	}
	if b.method == http.MethodConnect && b.protocol == "" {
		return host
	}
	scheme, path := b.scheme, b.path
	if scheme == "" {
		scheme = h.c.cfg.Scheme
	}
	if path == "*" {
		path = ""
	}
	return scheme + "://" + host + path
}

func (h *http2Reader) responseHead(s *stream, b *fieldBlock, at time.Time) {
	if s.x.Response != nil {
		s.x.Response.Trailer = b.header()
		if b.last {
			h.endResponse(s, at)
		}
		return
	}
	status := statusCode(b.status)
	if status < 0 {
		h.drop(s)
		s.fail(&exchange.Failure{
			Kind: exchange.MalformedResponse, Peer: exchange.ServerPeer, Excerpt: []byte(b.status),
			Message: fmt.Sprintf("the server sent the :status %.64q, which is no number", b.status),
		}, at)
		return
	}
	if name, fault := b.fault(isBrowser(&s.x.Request)); fault != "" {
		h.drop(s)
		s.fail(&exchange.Failure{
			Kind: exchange.MalformedResponse, Peer: exchange.ServerPeer, Excerpt: []byte(name),
			Message: fmt.Sprintf("the server sent the field %.64q, which %s", name, fault),
		}, at)
		return
	}
	m := s.newResponse()
	m.Status, m.Proto, m.Header, m.Body.Expected = status, "HTTP/2.0", b.header(), -1
	// HTTP/2 has no 101 (RFC 9113 section 8.6); browsers take it for the response.
	if status/100 == 1 && !b.last && (status != http.StatusSwitchingProtocols || !isBrowser(&s.x.Request)) {
		s.interim(*m)
		return
	}
	facts := factsOf(m.Header)
	length, err := facts.bodyLength()
	if err != nil {
		s.note("the length of the response is not clear: %v", err)
	}
	if b.lost > 0 {
		s.note("%d response fields beyond %d, or %d bytes, are not kept", b.lost, maxFields, maxHead)
	}
	m.Body.Expected = length
	s.respond(m, at)
	switch {
	case s.connect && status/100 == 2:
		if !s.requestEnded {
			s.endRequest(at)
			s.requestEnded = false // its DATA go on, as the upgrade's
		}
		s.events, s.upgrade = nil, newUpgrade(s.x, s.protocol)
		if b.last {
			h.endResponse(s, at)
		}
	case b.last:
		h.endResponse(s, at)
	}
}

func (h *http2Reader) endRequest(s *stream, at time.Time) {
	if s.upgrade != nil {
		s.requestEnded = true
	} else {
		s.endRequest(at)
	}
	h.maybeEnd(s, at)
}

// endResponse ends the response at END_STREAM. A length that does not agree
// makes the message malformed (RFC 9113 section 8.1.1).
func (h *http2Reader) endResponse(s *stream, at time.Time) {
	x := s.x
	got := s.d.BodyGot(exchange.ResponseSide)
	bodiless := x.Request.Method == http.MethodHead || x.Response.Status == 204 || x.Response.Status == 304 || s.upgrade != nil
	want := x.Response.Body.Expected
	mismatch := want >= 0 && got != want && !bodiless
	if mismatch && isBrowser(&x.Request) {
		s.note("%s", forgiven("the stream ended after %d bytes of a response body of %d bytes", got, want))
		mismatch = false
	}
	if mismatch {
		h.drop(s)
		s.x.ClosedBy = exchange.ServerPeer
		s.fail(&exchange.Failure{
			Kind: exchange.BodyTruncated, Peer: exchange.ServerPeer, Expected: want, Got: got,
			Message: fmt.Sprintf("the server ended the stream after %d bytes of a response body of %d bytes", got, want),
		}, at)
		return
	}
	s.endResponse(at)
	h.maybeEnd(s, at)
}

func (h *http2Reader) maybeEnd(s *stream, at time.Time) {
	if s.requestEnded && s.responseEnded {
		h.drop(s)
		s.end(at)
	}
}

func (h *http2Reader) drop(s *stream) {
	delete(h.streams, s.id)
	for side := range h.dirs {
		if h.dirs[side].stream == s {
			h.dirs[side].stream = nil
		}
	}
}

// reset reads RST_STREAM.
func (h *http2Reader) reset(side int, id, code uint32, at time.Time) {
	s := h.streams[id]
	if s == nil {
		return
	}
	h.drop(s)
	peer := peerOf(side)
	s.x.ClosedBy = peer
	if side == fromClient && s.whole() {
		s.endResponse(at)
	}
	if s.responseEnded || s.upgrade != nil && s.upgrade.closing() {
		// After a complete answer a server may say that it needs no more of the
		// request (RFC 9113 section 8.1).
		if !s.requestEnded && s.upgrade == nil {
			s.note("the %s reset the stream (%s) before the request ended; the answer was complete by then", peer, errorCode(code))
		}
		s.end(at)
		return
	}
	_, phase := s.phase()
	f := &exchange.Failure{
		Kind: exchange.StreamReset, Peer: peer, Expected: -1,
		Message: fmt.Sprintf("the %s reset the stream with %s %s", peer, errorCode(code), phase),
	}
	if s.x.Response != nil {
		f.Expected, f.Got = s.x.Response.Body.Expected, s.d.BodyGot(exchange.ResponseSide)
	}
	switch {
	case side == fromClient && code == cancel:
		f.Kind = exchange.ClientGone
	case side == fromClient && complains(code):
		f.Kind, f.Peer = exchange.MalformedResponse, exchange.ServerPeer
		f.Message = fmt.Sprintf("the client refuses what the server sent: it reset the stream with %s %s", errorCode(code), phase)
	}
	s.fail(f, at)
}

// complains reports whether a client says by an error code that the server
// breaks the rules of HTTP/2.
func complains(code uint32) bool {
	switch code {
	case 1, 3, 5, 6, 9: // PROTOCOL_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, FRAME_SIZE_ERROR, COMPRESSION_ERROR
		return true
	}
	return false
}

// goAway reads GOAWAY: streams beyond last were not and will not be processed
// (RFC 9113 section 6.8).
func (h *http2Reader) goAway(last, code uint32, debug []byte, at time.Time) {
	if h.gone > 0 && uint64(last) >= h.gone-1 {
		return // as was said before
	}
	h.gone = uint64(last) + 1
	text := errorCode(code)
	if len(debug) > 0 {
		text += fmt.Sprintf(", %.128q", debug)
	}
	for _, s := range h.sorted() {
		if s.id > last {
			h.drop(s)
			s.x.ClosedBy = exchange.ServerPeer
			s.fail(&exchange.Failure{
				Kind: exchange.StreamReset, Peer: exchange.ServerPeer, Expected: -1,
				Message: fmt.Sprintf("the server sent GOAWAY (%s) and did not process the request", text),
			}, at)
		} else if code != 0 {
			s.note("the server sent GOAWAY (%s)", text)
		}
	}
}

// push reads PUSH_PROMISE. The pushed response is not recorded.
func (h *http2Reader) push(b *fieldBlock) {
	if s := h.streams[b.stream]; s != nil {
		s.note("the server pushed %s %s; the pushed response is not recorded", b.method, b.path)
	}
}

// setting reads one parameter of SETTINGS. The header table of one direction is
// sized by the other.
func (h *http2Reader) setting(side int, id uint16, value uint32) {
	const headerTableSize, initialWindowSize, maxFrameSize = 1, 4, 5
	switch {
	case id == headerTableSize:
		h.dirs[1-side].decoder.SetAllowedMaxDynamicTableSize(max(4096, min(value, maxTable)))
	case id == maxFrameSize && side == fromClient:
		h.maxFrame = int(min(value, 1<<24-1))
	case id == initialWindowSize && side == fromClient:
		h.window = int(min(value, 1<<31-1))
	}
}

func (h *http2Reader) eof(side int, at time.Time) {
	for _, s := range h.sorted() {
		// What was switched to another protocol ends with both directions.
		if s.upgrade == nil || h.c.closed[fromClient] && h.c.closed[fromServer] {
			h.drop(s)
			s.cut(h.c.first, nil, at)
		}
	}
}

func (h *http2Reader) sorted() []*stream {
	all := make([]*stream, 0, len(h.streams))
	for _, s := range h.streams {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *stream) int { return cmp.Compare(a.id, b.id) })
	return all
}

func (h *http2Reader) open() []*pending {
	ps := make([]*pending, 0, len(h.streams))
	for _, s := range h.sorted() {
		h.drop(s)
		ps = append(ps, s.pending)
	}
	return ps
}

func (h *http2Reader) unanswered() *pending { return nil }

// cancel is the error code CANCEL.
const cancel = 8

// errorCode names an error code of RFC 9113 section 7.
func errorCode(code uint32) string {
	names := strings.Fields(`NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED
		FRAME_SIZE_ERROR REFUSED_STREAM CANCEL COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY
		HTTP_1_1_REQUIRED`)
	if int(code) < len(names) {
		return names[code]
	}
	return "error " + strconv.FormatUint(uint64(code), 10)
}

func peerOf(side int) exchange.Peer {
	if side == fromServer {
		return exchange.ServerPeer
	}
	return exchange.ClientPeer
}

// control reads a frame that is neither DATA nor part of a field block.
func (h *http2Reader) control(d *direction, payload []byte, at time.Time) error {
	switch d.kind {
	case frameReset:
		if len(payload) != 4 {
			return errFrameSize
		}
		h.reset(d.side, d.id, binary.BigEndian.Uint32(payload), at)
	case frameSettings:
		if len(payload)%6 != 0 {
			return errFrameSize
		}
		for ; len(payload) > 0 && d.flags&flagAck == 0; payload = payload[6:] {
			h.setting(d.side, binary.BigEndian.Uint16(payload), binary.BigEndian.Uint32(payload[2:]))
		}
	case frameGoAway:
		if len(payload) < 8 {
			return errFrameSize
		}
		switch code := binary.BigEndian.Uint32(payload[4:]); {
		case d.side == fromServer:
			h.goAway(binary.BigEndian.Uint32(payload)&^(1<<31), code, payload[8:], at)
		case complains(code):
			h.failAll(&exchange.Failure{
				Kind: exchange.MalformedResponse, Peer: exchange.ServerPeer,
				Message: fmt.Sprintf("the client refuses what the server sent: it ended the connection with GOAWAY (%s)", errorCode(code)),
			}, at)
		}
	}
	return nil
}
