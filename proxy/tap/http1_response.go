package tap

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// fromServer reads responses. What comes without a request that it could answer
// is held: a server may answer before the request head ended, or say 408 on an
// idle connection.
func (h *http1Reader) fromServer(p []byte, at time.Time) {
	for len(p) > 0 && !h.c.blind {
		switch {
		case h.next != nil:
			h.next.bytes(fromServer, p, at)
			return
		case h.switched != nil:
			h.switched.upgrade.bytes(h.switched, fromServer, p, at)
			return
		case len(h.queue) == 0 && h.deaf:
			return
		case len(h.queue) == 0 || h.queue[0].responseEnded:
			h.holdEarly(p, at)
			return
		case h.answering:
			p = h.readResponseBody(p, at)
		default:
			p = h.readResponseHead(p, at)
		}
	}
}

func (h *http1Reader) holdEarly(p []byte, at time.Time) {
	if len(h.early) == 0 {
		p = bytes.TrimLeft(p, "\r\n")
	}
	if h.early = append(h.early, p...); len(h.early) <= earlyLimit {
		return
	}
	if h.undecided() {
		h.tunnel(at)
		return
	}
	h.c.giveUp("the server sent more than 64 KiB that answer no request", at)
}

// takeEarly reads as the answer to the first request what came before it.
func (h *http1Reader) takeEarly(at time.Time) {
	if len(h.early) == 0 || len(h.queue) == 0 || h.queue[0].responseEnded || h.c.blind {
		return
	}
	b := h.early
	h.early = nil
	h.queue[0].note("the server answered before it could have read the whole request head")
	h.fromServer(b, at)
}

func (h *http1Reader) readResponseHead(b []byte, at time.Time) []byte {
	p := h.queue[0]
	if p.awaiting {
		p.firstByte(at)
	}
	begins, parse := beginsResponse, parseResponse
	if isBrowser(&p.x.Request) {
		begins, parse, h.response.limit = beginsTolerated, parseTolerated, maxBrowserHead
		if b = h.skipSlop(p, b, at); len(b) == 0 {
			return nil
		}
	}
	text, rest, err := h.response.take(b, begins)
	if err == nil && text == nil {
		return nil
	}
	m := p.newResponse()
	var notes []string
	if err == nil {
		notes, err = parse(text, m)
	}
	if err != nil {
		h.malformedResponse(p, err, b, at)
		return nil
	}
	p.addNotes(notes)
	if m.Status >= 100 && m.Status < 200 && (m.Status != 101 || h.unasked(p)) && !conflicting(m) {
		m.Body.Expected = -1
		p.interim(*m)
		return rest
	}
	h.finalResponse(p, m, at)
	return rest
}

// conflicting reports whether m has lengths that differ. Clients refuse that in an
// interim response, too.
func conflicting(m *exchange.Message) bool {
	facts := factsOf(m.Header)
	return facts.lengths > 1 && !facts.chunked
}

// skipSlop drops the few bytes that browsers skip before a status line. Shoutcast
// has a status line of its own, which they take for content.
func (h *http1Reader) skipSlop(p *pending, b []byte, at time.Time) []byte {
	b, skipped := h.response.skipSlop(b)
	if skipped != "" {
		p.note("%s", forgiven("%q stands before the status line", skipped))
	}
	if h.c.cfg.Scheme == "http" && len(b) >= 3 && strings.EqualFold(string(b[:3]), "icy") {
		p.note("%s", forgiven("the status line is that of Shoutcast, %.64q", startLine(b)))
		m := p.newResponse()
		m.Status, m.Proto = http.StatusOK, "HTTP/0.9"
		h.finalResponse(p, m, at)
		h.fromServer(b, at)
		return nil
	}
	if len(b) > 0 && len(h.response.kept) == 0 && !beginsTolerated(b) {
		h.malformedResponse(p, errMalformed(startLine(b)), b, at)
		return nil
	}
	return b
}

// unasked reports whether p asked for no other protocol: browsers then take a
// 101 for one more interim response.
func (h *http1Reader) unasked(p *pending) bool {
	return h.switching != p && isBrowser(&p.x.Request)
}

func (h *http1Reader) finalResponse(p *pending, m *exchange.Message, at time.Time) {
	facts := factsOf(m.Header)
	connected := p.x.Request.Method == http.MethodConnect && m.Status/100 == 2
	if m.Status == 101 && strings.EqualFold(facts.upgrade, "h2c") && p.x.Request.Header.HasToken("Upgrade", "h2c") {
		m.Body.Expected = -1
		h.toHTTP2(p, m, at)
		return
	}
	if m.Status == 101 || connected {
		m.Body.Expected = -1
		p.respond(m, at)
		h.switchTo(p, at)
		return
	}
	framing, length, err := facts.frameResponse(p.x.Request.Method, m.Status, m.Proto)
	m.Body.Expected = length
	p.respond(m, at)
	if errors.Is(err, errLength) && isBrowser(&p.x.Request) {
		p.note("%s", forgiven("%v", err))
		err = nil
	}
	if err != nil {
		kind := exchange.MalformedResponse
		if errors.Is(err, errLengthConflict) {
			kind = exchange.ContentLengthConflict
		}
		p.fail(&exchange.Failure{Kind: kind, Peer: exchange.ServerPeer, Message: "the length of the response is not clear: " + err.Error()}, at)
		if framing == noBody {
			h.endResponse(p, at)
			return
		}
		h.c.giveUp("the end of a response could not be found", at)
		return
	}
	p.noteFraming("response", &facts, m.Proto)
	if h.switching == p {
		h.release(at)
	}
	if framing == noBody {
		h.endResponse(p, at)
		return
	}
	p.untilClose = framing == untilClose
	h.answering = true
	h.responseBody.reset(framing, length)
}

func (h *http1Reader) readResponseBody(b []byte, at time.Time) []byte {
	p := h.queue[0]
	rest, ended, err := h.responseBody.read(p, fromServer, b, at)
	if err != nil {
		p.fail(&exchange.Failure{
			Kind: exchange.ChunkedInvalid, Peer: exchange.ServerPeer, Expected: -1, Got: p.d.BodyGot(exchange.ResponseSide),
			Message: fmt.Sprintf("the chunked response body is not valid after %d bytes of it: %v", p.d.BodyGot(exchange.ResponseSide), err),
			Excerpt: h.responseBody.excerpt,
		}, at)
		h.c.giveUp("the end of a response could not be found", at)
		return nil
	}
	if ended {
		if len(h.responseBody.line) > 2 {
			p.x.Response.Trailer, _, _ = parseFields(string(h.responseBody.line))
		}
		h.endResponse(p, at)
	}
	return rest
}

func (h *http1Reader) endResponse(p *pending, at time.Time) {
	h.answering = false
	p.endResponse(at)
	if p.requestEnded && len(h.queue) > 0 && h.queue[0] == p {
		h.pop(at)
	}
}

// pop ends the exchange at the head of the queue.
func (h *http1Reader) pop(at time.Time) {
	h.queue[0].end(at)
	n := copy(h.queue, h.queue[1:])
	h.queue[n] = nil
	h.queue = h.queue[:n]
}

// release reads what the client sent behind a request for another protocol that
// was not granted: further requests.
func (h *http1Reader) release(at time.Time) {
	held := h.held
	h.switching, h.held = nil, nil
	if len(held) > 0 {
		h.fromClient(held, at)
	}
}

// switchTo gives the rest of the connection to p, whose protocol was switched.
func (h *http1Reader) switchTo(p *pending, at time.Time) {
	if !p.requestEnded {
		p.endRequest(at)
	}
	p.events, p.upgrade = nil, newUpgrade(p.x, "")
	h.queue, h.switched, h.sending, h.switching = nil, p, nil, nil
	held := h.held
	if h.held = nil; len(held) > 0 {
		p.upgrade.bytes(p, fromClient, held, at)
	}
}

// toHTTP2 follows the upgrade to HTTP/2 of RFC 7540 section 3.2: the request is
// that of stream 1, which answers it.
func (h *http1Reader) toHTTP2(p *pending, m *exchange.Message, at time.Time) {
	p.interim(*m)
	if !p.requestEnded {
		p.endRequest(at)
	}
	next := newHTTP2(h.c)
	next.streams[1] = &stream{pending: p, id: 1}
	next.newest = 1
	h.next, h.c.reader = next, next
	held := h.held
	h.queue, h.sending, h.switching, h.held = nil, nil, nil, nil
	if len(held) > 0 {
		next.bytes(fromClient, held, at)
	}
}

func (h *http1Reader) malformedResponse(p *pending, err error, b []byte, at time.Time) {
	f := &exchange.Failure{Kind: exchange.MalformedResponse, Peer: exchange.ServerPeer, Excerpt: startLine(b)}
	if len(h.response.kept) > 0 {
		f.Excerpt = startLine(h.response.kept)
	}
	if m := (*malformed)(nil); errors.As(err, &m) {
		f.Excerpt = m.excerpt
		f.Message = "the server sent what is no HTTP/1 response: " + err.Error()
	} else {
		f.Kind = exchange.ResponseHeadTooLarge
		f.Message = fmt.Sprintf("the response head is larger than %d bytes or %d fields", cmp.Or(h.response.limit, maxHead), maxFields)
	}
	f.Excerpt = append([]byte(nil), f.Excerpt...)
	p.fail(f, at)
	h.c.giveUp("a response could not be parsed", at)
}

// eof ends what the end of one direction ends.
func (h *http1Reader) eof(side int, at time.Time) {
	if side == fromClient {
		h.partialRequest(at)
	}
	if h.c.blind {
		return
	}
	if !h.c.closed[fromServer] {
		h.clientEOF(at)
		return
	}
	if h.c.closed[fromClient] {
		h.answerOnly(at)
	}
	by := h.c.first
	if h.switched == nil || h.c.closed[fromClient] {
		if h.sending != nil || len(h.request.kept) > 0 {
			// The rest of a request that cannot be answered is not read.
			defer func() { h.c.blind = true }()
		}
		for i, p := range h.open() {
			h.cut(i, p, by, at)
		}
	}
}

// clientEOF ends what waits for an answer. A cleartext client may have closed
// only its own direction, and is still answered.
func (h *http1Reader) clientEOF(at time.Time) {
	if h.switched != nil || h.next != nil {
		return
	}
	if h.c.cfg.Scheme == "http" {
		for _, p := range h.queue {
			if p.requestEnded {
				p.note("the client closed its side before the answer was complete; whether it read the rest is not known")
			}
		}
		return
	}
	h.deaf = true
	for i, p := range h.open() {
		h.cut(i, p, exchange.ClientPeer, at)
	}
}

// cut ends the i-th exchange under way, and looks first whether the piece of a
// head that came for it is one.
func (h *http1Reader) cut(i int, p *pending, by exchange.Peer, at time.Time) {
	kept := h.response.kept
	switch {
	case i > 0 || len(kept) == 0 || p.ended:
	case isBrowser(&p.x.Request):
		// Over TLS browsers take the beginning of "HTTP" for that of a head.
		if !beginsTolerated(kept) && (h.c.cfg.Scheme == "http" || !bytes.EqualFold(kept, []byte("http")[:min(len(kept), 4)])) {
			h.malformedResponse(p, errMalformed(startLine(kept)), nil, at)
			return
		}
		if h.c.cfg.Scheme == "http" && h.c.closed[fromServer] {
			h.brokenOff(p, at)
		}
	case string(kept) != "HTTP/"[:min(len(kept), len("HTTP/"))]:
		if err := h.response.judge(beginsResponse, true); err != nil {
			h.malformedResponse(p, err, nil, at)
			return
		}
	}
	p.cut(by, nil, at)
}

// brokenOff reads the piece of a head that came, which browsers accept unless
// the connection is secure.
func (h *http1Reader) brokenOff(p *pending, at time.Time) {
	m := p.newResponse()
	notes, err := parseTolerated(h.response.kept, m)
	if err != nil {
		return
	}
	h.response.reset()
	p.addNotes(append(notes, forgiven("the connection ended inside the header section")))
	if m.Status >= 100 && m.Status < 200 && !conflicting(m) {
		p.interim(*m)
		return
	}
	h.finalResponse(p, m, at)
}

// partialRequest reports the beginning of a request that will not be completed;
// the server may still answer it.
func (h *http1Reader) partialRequest(at time.Time) {
	if len(h.request.kept) == 0 || h.switched != nil {
		return
	}
	// The piece of a method is none that is malformed.
	piece := !h.undecided() && !bytes.ContainsAny(h.request.kept, " \r\n") && mayBeginRequest(nil, h.request.kept)
	if err := h.request.judge(beginsRequest, true); err != nil && !piece {
		h.malformedRequest(err, h.request.kept, at)
		return
	}
	req, notes, err := parseRequest(h.request.kept)
	if err != nil {
		req, notes = exchange.Message{}, nil
	}
	url := h.c.cfg.Authority
	if req.Target != "" {
		facts := factsOf(req.Header)
		url = h.url(&req, &facts)
	}
	req.Body.Expected = -1
	p := h.c.begin(h.c.cfg.Mode, url, &req, h.requestAt)
	p.addNotes(append(notes, "the client closed its side inside the request head"))
	h.request.reset()
	h.queue = append(h.queue, p)
	h.takeEarly(at)
}

// answerOnly reports what a server said on a connection without a request: a
// 408, or another protocol.
func (h *http1Reader) answerOnly(at time.Time) {
	if h.c.begun > 0 || len(h.early) == 0 {
		return
	}
	if !beginsResponse(h.early) {
		if h.c.cfg.Protocol == "" {
			h.tunnel(at)
		}
		return
	}
	p := h.c.begin(h.c.cfg.Mode, h.c.cfg.Authority, &exchange.Message{}, at)
	p.note("the server answered without a request")
	p.requestEnded = true
	h.queue = append(h.queue, p)
	b := h.early
	h.early = nil
	h.fromServer(b, at)
}
