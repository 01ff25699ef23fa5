package tap

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// maxPipelined bounds the requests that wait for their answers.
const maxPipelined = 1000

// http1Reader follows an HTTP/1 connection.
type http1Reader struct {
	c *Conn
	// queue are the exchanges under way, in the order of their requests.
	queue []*pending

	// The client's direction.
	request     head
	blank       []byte    // the empty lines before the first request
	requestAt   time.Time // the first byte of the request being read
	requestBody bodyReader
	sending     *pending // whose body is being read
	// switching asked for another protocol: what the client sends next is held
	// until the answer says whether it is one.
	switching *pending
	held      []byte
	// deaf: what the client sends cannot be read any more, nor the answers to it.
	deaf bool

	// The server's direction.
	response     head
	responseBody bodyReader
	answering    bool // inside the body of queue[0]
	// early is what the server sent before the request that it answers.
	early []byte

	// next follows the connection after an upgrade to HTTP/2.
	next *http2Reader
	// switched is the exchange that the rest of the connection belongs to.
	switched *pending
}

func newHTTP1(c *Conn) *http1Reader { return &http1Reader{c: c} }

func (h *http1Reader) bytes(side int, p []byte, at time.Time) {
	switch {
	case h.switched != nil:
		h.switched.upgrade.bytes(h.switched, side, p, at)
	case side == fromClient:
		h.fromClient(p, at)
	default:
		h.fromServer(p, at)
	}
}

func (h *http1Reader) fromClient(p []byte, at time.Time) {
	for len(p) > 0 && !h.c.blind && !h.deaf {
		switch {
		case h.next != nil:
			h.next.bytes(fromClient, p, at)
			return
		case h.switched != nil:
			h.switched.upgrade.bytes(h.switched, fromClient, p, at)
			return
		case h.sending != nil:
			p = h.readRequestBody(p, at)
		case h.switching != nil:
			if h.held = append(h.held, p...); len(h.held) > earlyLimit {
				h.c.giveUp("the client sent more than 64 KiB before the answer to its Upgrade or CONNECT", at)
			}
			return
		default:
			p = h.readRequestHead(p, at)
		}
	}
}

func (h *http1Reader) readRequestHead(p []byte, at time.Time) []byte {
	if len(h.request.kept) == 0 {
		h.requestAt = at
	}
	if h.undecided() {
		if len(h.request.kept) == 0 {
			blank := len(p) - len(bytes.TrimLeft(p, "\r\n"))
			h.blank = append(h.blank, p[:min(blank, maxStart-len(h.blank))]...)
			p = p[blank:]
		}
		if !mayBeginRequest(h.request.kept, p) {
			all := slices.Concat(h.request.kept, p)
			h.malformedRequest(errMalformed(all), all, at)
			return nil
		}
	}
	text, rest, err := h.request.take(p, beginsRequest)
	var req exchange.Message
	var notes []string
	if err == nil && text != nil {
		req, notes, err = parseRequest(text)
	}
	if err != nil {
		all := slices.Concat(h.request.kept, text, rest)
		if len(all) == 0 {
			all = p
		}
		h.malformedRequest(err, all, at)
		return nil
	}
	if text == nil {
		return nil
	}
	h.startRequest(&req, notes, at)
	return rest
}

// undecided reports whether the connection may still turn out not to speak HTTP.
func (h *http1Reader) undecided() bool { return h.c.begun == 0 && h.c.cfg.Protocol == "" }

// startRequest begins the exchange of a request whose head was read.
func (h *http1Reader) startRequest(req *exchange.Message, notes []string, at time.Time) {
	if len(h.queue) >= maxPipelined {
		h.c.giveUp(fmt.Sprintf("more than %d requests were waiting for their answers", maxPipelined), at)
		return
	}
	facts := factsOf(req.Header)
	framing, length, err := facts.frameRequest()
	req.Body.Expected = length
	if framing == noBody {
		req.Body.State = exchange.NoBody
	}
	p := h.c.begin(h.c.cfg.Mode, h.url(req, &facts), req, h.requestAt)
	p.x.Notes = notes
	if err != nil {
		kind := exchange.MalformedRequest
		if errors.Is(err, errLengthConflict) {
			kind = exchange.ContentLengthConflict
		}
		p.fail(&exchange.Failure{Kind: kind, Peer: exchange.ClientPeer, Message: "the length of the request is not clear: " + err.Error()}, at)
		h.deaf = true
		return
	}
	p.noteFraming("request", &facts, req.Proto)
	h.queue = append(h.queue, p)
	if req.Method == http.MethodConnect || facts.upgrade != "" && req.Header.HasToken("Connection", "upgrade") {
		h.switching = p
	}
	if framing == noBody {
		h.endRequest(p, at)
	} else {
		h.sending = p
		h.requestBody.reset(framing, length)
	}
	h.takeEarly(at)
}

// noteFraming remarks on what RFC 9112 section 6 calls faulty.
func (p *pending) noteFraming(what string, f *facts, proto string) {
	switch {
	case f.codings == 0:
	case f.hasLength:
		p.note("the %s has Content-Length and Transfer-Encoding; the latter decides", what)
	case proto == "HTTP/1.0":
		p.note("the %s has a Transfer-Encoding, which HTTP/1.0 does not know", what)
	case f.codings > 1:
		p.note("the body of the %s is kept in a transfer coding of its own besides chunked", what)
	}
}

func (h *http1Reader) readRequestBody(b []byte, at time.Time) []byte {
	p := h.sending
	rest, ended, err := h.requestBody.read(p, fromClient, b, at)
	if err != nil {
		p.fail(&exchange.Failure{
			Kind: exchange.ChunkedInvalid, Peer: exchange.ClientPeer,
			Message: fmt.Sprintf("the chunked request body is not valid after %d bytes of it: %v", p.d.BodyGot(exchange.RequestSide), err),
			Excerpt: h.requestBody.excerpt,
		}, at)
		h.queue = h.queue[:len(h.queue)-1] // p is the newest
		h.deaf, h.sending = true, nil
		return nil
	}
	if ended {
		if len(h.requestBody.line) > 2 {
			p.x.Request.Trailer, _, _ = parseFields(string(h.requestBody.line))
		}
		h.sending = nil
		h.endRequest(p, at)
	}
	return rest
}

func (h *http1Reader) endRequest(p *pending, at time.Time) {
	p.endRequest(at)
	if p.responseEnded {
		h.pop(at)
		h.takeEarly(at)
	}
	if h.c.closed[fromServer] && !p.ended && len(h.early) == 0 && len(h.queue) == 1 {
		// The server had closed the idle connection when the request came.
		p.note("the server had closed the connection before the request came")
		p.cut(exchange.ServerPeer, nil, at)
		h.queue = nil
	}
}

// malformedRequest ends the reading of requests. On a connection that was not known to
// speak HTTP, a first request that is none makes it a tunnel.
func (h *http1Reader) malformedRequest(err error, all []byte, at time.Time) {
	if h.undecided() && !errors.Is(err, errHeadTooLarge) {
		h.tunnel(h.requestAt)
		h.switched.upgrade.bytes(h.switched, fromClient, slices.Concat(h.blank, all), at)
		return
	}
	f := &exchange.Failure{Kind: exchange.MalformedRequest, Peer: exchange.ClientPeer}
	f.Message = fmt.Sprintf("the request head is larger than %d bytes or %d fields", maxHead, maxFields)
	f.Excerpt = startLine(all)
	if m := (*malformed)(nil); errors.As(err, &m) {
		f.Message, f.Excerpt = "the client sent what is no HTTP/1 request line: "+err.Error(), m.excerpt
	}
	f.Excerpt = append([]byte(nil), f.Excerpt...)
	h.c.begin(h.c.cfg.Mode, h.c.cfg.Authority, &exchange.Message{}, h.requestAt).fail(f, at)
	h.deaf = true
	h.request.reset()
}

// tunnel turns a connection that does not speak HTTP into one exchange.
func (h *http1Reader) tunnel(at time.Time) {
	p := h.c.begin(exchange.Tunnel, h.c.cfg.Authority, &exchange.Message{Method: http.MethodConnect, Target: h.c.cfg.Authority}, at)
	p.note("the connection does not speak HTTP")
	m := p.newResponse()
	m.Status, m.Reason, m.Proto, m.Body.Expected = http.StatusOK, "Connection established", "HTTP/1.1", -1
	p.respond(m, at)
	p.upgrade = &upgrade{unread: [2]bool{true, true}}
	h.switched = p
	if len(h.early) > 0 {
		p.upgrade.bytes(p, fromServer, h.early, at)
		h.early = nil
	}
}

// url is the target in absolute form (RFC 9112 section 3.3).
func (h *http1Reader) url(req *exchange.Message, f *facts) string {
	switch {
	case strings.Contains(req.Target, "://") && req.Target[0] != '/':
		return req.Target
	case req.Method == http.MethodConnect:
		return req.Target
	}
	host := f.host
	if host == "" {
		host = h.c.defaultHost()
	}
	target := req.Target
	if target == "*" {
		target = ""
	}
	return h.c.cfg.Scheme + "://" + host + target
}

// defaultHost is the authority of the CONNECT without the scheme's own port.
func (c *Conn) defaultHost() string {
	port := ":443"
	if c.cfg.Scheme == "http" {
		port = ":80"
	}
	return strings.TrimSuffix(c.cfg.Authority, port)
}

func (h *http1Reader) unanswered() *pending {
	if len(h.queue) != 1 || h.switched != nil {
		return nil
	}
	if p := h.queue[0]; p.awaiting && len(p.x.Interim) == 0 && len(h.response.kept) == 0 && len(h.early) == 0 {
		return p
	}
	return nil
}

func (h *http1Reader) open() []*pending {
	q := h.queue
	if len(q) > 0 && !q[0].awaiting && q[0].x.Response == nil {
		q[0].headGot = len(h.response.kept)
		q[0].partial = bytes.Clone(h.response.kept[:min(q[0].headGot, maxStart)])
	}
	if h.switched != nil {
		q = append(q, h.switched)
	}
	h.queue, h.switched, h.sending, h.switching = nil, nil, nil, nil
	return q
}
