package proxy

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

// forwardKey is the context key of a request's *forward.
type forwardKey struct{}

// forward is one plain HTTP exchange under way.
type forward struct {
	server  *Server
	client  *clientConn
	writer  *frontWriter
	head    rawHead
	watch   *stopwatch
	mode    exchange.Mode
	notes   []string
	upgrade string
	draft   *record.Draft
	broken  atomic.Pointer[error] // what ended the content of the request early

	mu      sync.Mutex
	origin  *originConn
	answer  *answerHeads // set with origin
	interim int
}

// forward is the recording RoundTripper: it asks the origin, and turns every
// failure into an answer that says why. It never returns an error.
func (s *Server) forward(r *http.Request) (resp *http.Response, err error) {
	f, ok := r.Context().Value(forwardKey{}).(*forward)
	if !ok {
		return nil, fmt.Errorf("request %s came past the proxy's front", r.URL)
	}
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler: // meant: it cuts the client off
			panic(p)
		default:
			s.log.Error("panic while forwarding", "panic", p, "stack", string(debug.Stack()))
			resp, err = f.fail(r, &exchange.Failure{ //nolint:bodyclose // goproxy closes it
				Kind: exchange.Other, Peer: exchange.ProxyPeer, Alert: -1, Expected: -1,
				Addr: r.URL.Host, Message: fmt.Sprintf("a defect in httpwhy: %v", p),
			}), nil
		}
	}()
	f.begin(r)
	out := f.request(r)
	resp, err = s.transport.RoundTrip(out)
	if err != nil {
		return f.fail(r, f.classify(err, hostPort(r))), nil
	}
	if failure := f.refusedUpstream(resp); failure != nil {
		_ = resp.Body.Close()
		return f.fail(r, failure), nil
	}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return f.switchProtocols(resp), nil
	}
	return f.respond(resp), nil
}

// begin reports the request head.
func (f *forward) begin(r *http.Request) {
	x := &exchange.Exchange{
		Mode: f.mode, Start: f.head.at, URL: f.url(),
		Request: f.head.message, Client: f.client.connection(), Notes: f.notes,
	}
	keepFields(x, &x.Request, "request")
	x.Request.Body.Expected = r.ContentLength
	if !f.head.message.Header.Has("Content-Length") {
		x.Request.Body.Expected = -1
	}
	f.draft = record.Begin(f.server.cfg.Recorder, x, f.server.cfg.BodyLimit)
	if r.Body == nil || r.Body == http.NoBody {
		f.draft.BodyEnd(exchange.RequestSide)
	}
}

// request makes the request for the origin, spelled as the client did.
func (f *forward) request(r *http.Request) *http.Request {
	out := r.WithContext(httptrace.WithClientTrace(r.Context(), f.trace()))
	out.Close = false // said of the client's connection
	u := *r.URL
	if target := f.target(r); target != "" {
		u.Opaque, u.RawQuery, u.ForceQuery = target, "", false
	}
	out.URL = &u
	if f.upgrade != "" {
		out.Header.Set("Connection", strings.Join(f.head.message.Header.List("Connection"), ", "))
	}
	if r.Body != nil && r.Body != http.NoBody {
		out.Body = &requestBody{ReadCloser: r.Body, forward: f, request: r}
	}
	return out
}

// target is what the request line is to say, in the client's own spelling; ""
// if the parsed URL has to do.
func (f *forward) target(r *http.Request) string {
	asked := f.url()
	if !f.server.forwardsHTTP() || r.URL.Scheme != "http" {
		return originForm(asked, r.Method)
	}
	// To a proxy in absolute-form; net/url puts the scheme before it.
	if _, rest, ok := strings.Cut(asked, "://"); ok {
		rest, _, _ = strings.Cut(rest, "#")
		return "//" + rest
	}
	return ""
}

// refusedUpstream finds the upstream proxy's own refusal of a plain request: 407
// is never an origin's.
func (f *forward) refusedUpstream(resp *http.Response) *exchange.Failure {
	if !f.server.forwardsHTTP() || resp.Request.URL.Scheme != "http" || resp.StatusCode != http.StatusProxyAuthRequired {
		return nil
	}
	up := &upstreamError{upstreamAddr(f.server.cfg.UpstreamProxy), &refusedError{"it answered with " + resp.Status}}
	return classify(up, awaiting, hostPort(resp.Request))
}

// originForm is the path and query of an absolute target in the client's own
// spelling, which parsing and printing would change; "" if the parsed URL has to
// do.
func originForm(target, method string) string {
	_, rest, ok := strings.Cut(target, "://")
	if !ok {
		return ""
	}
	i := strings.IndexAny(rest, "/?")
	if i < 0 {
		if method == http.MethodOptions {
			return "*" // RFC 9112 section 3.2.4
		}
		return "/"
	}
	rest, _, _ = strings.Cut(rest[i:], "#")
	if rest[0] == '?' {
		return "/" + rest
	}
	if strings.HasPrefix(rest, "//") {
		return "" // net/url would take it for an authority
	}
	return rest
}

func (f *forward) trace() *httptrace.ClientTrace {
	t := &httptrace.ClientTrace{}
	t.GotConn = func(info httptrace.GotConnInfo) {
		if c, ok := info.Conn.(*originConn); ok {
			answer := c.watch()
			c.requestHead.expect(&f.head.message)
			f.mu.Lock()
			f.origin, f.answer, f.interim = c, answer, 0
			f.mu.Unlock()
			server := c.connection()
			f.draft.Update(func(x *exchange.Exchange) { x.Server = server })
		}
	}
	t.WroteRequest = func(info httptrace.WroteRequestInfo) {
		if info.Err == nil {
			f.watch.mark(&f.watch.t.RequestEnd)
		}
	}
	t.GotFirstResponseByte = func() { f.watch.first(&f.watch.t.FirstByte) }
	t.Got1xxResponse = f.gotInterim
	return t
}

// gotInterim records and forwards a 1xx response. The Transport calls it while
// the handler waits.
func (f *forward) gotInterim(code int, h textproto.MIMEHeader) error {
	f.mu.Lock()
	m := exchange.Message{Status: code, Reason: http.StatusText(code), Proto: "HTTP/1.1", Header: headerOf(http.Header(h))}
	if f.origin != nil {
		if raw, ok := f.answer.interim(f.interim); ok {
			m = raw
		}
	}
	f.interim++
	f.mu.Unlock()
	m.Body.State = exchange.NoBody
	f.draft.Step(func(x *exchange.Exchange) {
		x.Interim = append(x.Interim, m)
		x.Timing = f.watch.timing()
	})
	if code == http.StatusContinue && f.head.message.Header.HasToken("Expect", "100-continue") {
		// net/http says it to the client when the Transport, which waited for
		// this answer, begins to read the content.
		return nil
	}
	f.client.answers.expect(&m)
	f.writer.interim(code, http.Header(h))
	return nil
}

// respond reports the response head and returns the response with a body that
// records what passes.
func (f *forward) respond(resp *http.Response) *http.Response {
	f.watch.mark(&f.watch.t.ResponseHead)
	m, behind := f.responseHead(resp)
	tell := f.draft.Step
	if resp.Body == http.NoBody || resp.ContentLength >= 0 && int64(behind) >= resp.ContentLength {
		tell = f.draft.Update // all of it is there, so the end comes at once
	}
	recorded := m
	tell(func(x *exchange.Exchange) {
		x.Response = &recorded
		keepFields(x, x.Response, "response")
		x.Timing = f.watch.timing()
	})
	removeHopByHop(resp.Header, m.Header)
	f.client.answers.expect(&m)
	body := &responseBody{origin: resp.Body, forward: f, response: resp, left: resp.ContentLength}
	body.headFirst = behind == 0 && resp.ContentLength != 0
	resp.Body = body
	return resp
}

func (f *forward) responseHead(resp *http.Response) (m exchange.Message, behind int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ok := false
	if f.origin != nil {
		m, behind, ok = f.answer.final()
	}
	if !ok {
		_, reason, _ := strings.Cut(resp.Status, " ")
		m = exchange.Message{Status: resp.StatusCode, Reason: reason, Proto: resp.Proto, Header: headerOf(resp.Header)}
	}
	m.Body.Expected = -1
	if m.Header.Has("Content-Length") {
		m.Body.Expected = announced(&m, resp.ContentLength)
	}
	return m, behind
}

// announced is the length that m announces, which read says unless net/http knows
// that there is no content.
func announced(m *exchange.Message, read int64) int64 {
	if read > 0 || m.Header.Has("Transfer-Encoding") {
		return read
	}
	n, err := strconv.ParseInt(m.Header.Get("Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return read
	}
	return n
}

// fail ends the exchange with an answer of our own.
func (f *forward) fail(r *http.Request, failure *exchange.Failure) *http.Response {
	a := newAnswer(failure, &f.head.message)
	if f.draft == nil {
		f.begin(r)
	}
	gone := failure.Kind == exchange.ClientGone || failure.Kind == exchange.Interrupted
	f.draft.Body(exchange.ResponseSide, a.recorded(r.Method, gone || f.server.cfg.OnFailureClose))
	f.draft.BodyEnd(exchange.ResponseSide)
	f.watch.mark(&f.watch.t.End)
	f.draft.End(func(x *exchange.Exchange) {
		x.Failure, x.ClosedBy, x.Timing = failure, closer(failure), f.watch.timing()
		if !gone && !f.server.cfg.OnFailureClose {
			x.Response, x.Synthetic = a.message("HTTP/1.1"), true
		}
	})
	if gone || f.server.cfg.OnFailureClose {
		panic(http.ErrAbortHandler)
	}
	return a.response(r)
}

// recorded is the content of the answer as it is sent.
func (a *answer) recorded(method string, none bool) []byte {
	if none || method == http.MethodHead {
		return nil
	}
	return a.body
}

func (f *forward) classify(err error, addr string) *exchange.Failure {
	if failure := f.brokenRequest(addr); failure != nil {
		return failure
	}
	f.mu.Lock()
	origin, answer := f.origin, f.answer
	f.mu.Unlock()
	at := dialing
	switch {
	case origin != nil:
		at = awaiting
	case inHandshake(err):
		at = handshaking
	}
	failure := f.server.classify(err, at, addr)
	if origin != nil {
		origin.refine(failure, answer)
	}
	return failure
}

func inHandshake(err error) bool {
	var shake *handshakeError
	return errors.As(err, &shake)
}

// hostPort is the host and port of a request's target.
func hostPort(r *http.Request) string {
	if r.URL.Port() != "" {
		return r.URL.Host
	}
	if r.URL.Scheme == "https" {
		return r.URL.Host + ":443"
	}
	return r.URL.Host + ":80"
}
