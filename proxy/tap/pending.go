package tap

import (
	"fmt"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

// dialGap is the longest pause between the end of the handshake and the first
// request for which the dialling counts as a part of that request. A client that
// connects ahead of need did not wait for it; one that is slow to begin did, and
// its own handshake with httpwhy lies in between.
const dialGap = 500 * time.Millisecond

// growthStep is the time between the steps that show a body growing.
const growthStep = 500 * time.Millisecond

// maxNotes bounds the remarks on one exchange.
const maxNotes = 20

// pending is an exchange under way.
type pending struct {
	c *Conn
	x *exchange.Exchange
	d *record.Draft
	// response is the room for x.Response.
	response *exchange.Message

	// awaiting: no byte of the final response came yet.
	awaiting      bool
	requestEnded  bool
	responseEnded bool
	// partial is the beginning of a response head that did not end, headGot how
	// many bytes of it came.
	partial []byte
	headGot int
	// untilClose: the end of the connection ends the response body.
	untilClose bool
	// ended: it was handed to the recorder for good.
	ended   bool
	changed bool
	told    time.Time // the last step

	keptFrames int64
	events     *eventStream
	upgrade    *upgrade
}

// exchangeAndResponse are allocated together: nearly every request is answered.
type exchangeAndResponse struct {
	x    exchange.Exchange
	resp exchange.Message
}

// begin reports a request whose head is req and whose first byte came at start.
func (c *Conn) begin(mode exchange.Mode, url string, req *exchange.Message, start time.Time) *pending {
	both := &exchangeAndResponse{}
	x := &both.x
	x.Mode, x.URL, x.Start, x.Request = mode, url, start, *req
	if x.Request.Body.State == "" {
		x.Request.Body.State = exchange.InterruptedBody // it still comes
	}
	x.Client, x.Server = c.cfg.Client, c.cfg.Server
	if c.begun > 0 {
		x.Client.Reused, x.Server.Reused = true, true
	} else if opened := c.cfg.Opened; !opened.IsZero() && start.Sub(opened)-c.cfg.Timing.Last() <= dialGap {
		x.Start, x.Timing = opened, c.cfg.Timing
	}
	c.begun++
	limit := c.cfg.BodyLimit
	if mode == exchange.Tunnel {
		limit = 0 // its bytes are counted; the first of them are frames
	}
	return &pending{c: c, x: x, response: &both.resp, d: record.Begin(c.cfg.Recorder, x, limit), awaiting: true}
}

// change tells the recorder of a step when the present chunk was read.
func (p *pending) change() {
	if !p.changed && !p.ended {
		p.changed = true
		p.c.changed = append(p.c.changed, p)
	}
}

func (p *pending) step() {
	p.changed = false
	if !p.ended {
		p.d.Step(func(*exchange.Exchange) {})
	}
}

// newResponse is an empty response in the room beside the exchange.
func (p *pending) newResponse() *exchange.Message {
	*p.response = exchange.Message{}
	return p.response
}

func (p *pending) addNotes(notes []string) {
	room := max(0, maxNotes-len(p.x.Notes))
	p.x.Notes = append(p.x.Notes, notes[:min(len(notes), room)]...)
}

func (p *pending) note(format string, args ...any) {
	if p.ended || len(p.x.Notes) >= maxNotes {
		return
	}
	p.x.Notes = append(p.x.Notes, fmt.Sprintf(format, args...))
}

// firstByte takes down that the server begins to answer.
func (p *pending) firstByte(at time.Time) {
	p.awaiting = false
	if !p.ended && p.x.Timing.FirstByte == 0 {
		p.x.Timing.FirstByte = p.d.Since(at)
	}
}

// interim takes down a 1xx response.
func (p *pending) interim(m exchange.Message) {
	p.awaiting = true
	if len(p.x.Interim) >= maxInterim {
		p.note("more than %d interim responses; the further ones are not kept", maxInterim)
		return
	}
	p.x.Interim = append(p.x.Interim, m)
	p.change()
}

const maxInterim = 100

// respond takes down the head of the final response.
func (p *pending) respond(m *exchange.Message, at time.Time) {
	p.x.Response = m
	p.x.Timing.ResponseHead = p.d.Since(at)
	if isEventStream(m) {
		p.events = &eventStream{}
	}
	p.change()
}

// content takes down bytes of a body. A long one is shown as it grows.
func (p *pending) content(side int, b []byte, at time.Time) {
	if p.told.IsZero() {
		p.told = at
	} else if at.Sub(p.told) >= growthStep {
		p.told = at
		p.change()
	}
	if side == fromClient {
		p.d.Body(exchange.RequestSide, b)
		return
	}
	p.d.Body(exchange.ResponseSide, b)
	if p.events != nil {
		p.events.feed(b, func(lines []byte, size int64) { p.frame(fromServer, "event", lines, size, at) })
	}
}

// endRequest takes down that the request was read to its end.
func (p *pending) endRequest(at time.Time) {
	p.requestEnded = true
	if p.ended {
		return
	}
	p.x.Timing.RequestEnd = p.d.Since(at)
	p.d.BodyEnd(exchange.RequestSide)
}

func (p *pending) endResponse(at time.Time) {
	p.responseEnded = true
	if p.ended {
		return
	}
	p.x.Timing.End = p.d.Since(at)
	p.d.BodyEnd(exchange.ResponseSide)
}

// end hands the exchange over.
func (p *pending) end(at time.Time) {
	if p.ended {
		return
	}
	if p.x.Timing.End == 0 {
		p.x.Timing.End = p.d.Since(at)
	}
	if p.upgrade != nil {
		p.upgrade.finish(p)
	}
	p.ended = true
	p.d.End(nil)
	p.events, p.upgrade = nil, nil
}

// fail hands the exchange over with what went wrong.
func (p *pending) fail(f *exchange.Failure, at time.Time) {
	if p.ended {
		return
	}
	if f.Alert == 0 { // close_notify is no failure
		f.Alert = -1
	}
	if f.Host == "" && f.Addr == "" {
		f.Host = p.c.cfg.Authority
		if p.c.cfg.Server.Addr.IsValid() {
			f.Addr = p.c.cfg.Server.Addr.String()
		}
	}
	p.x.Failure = f
	p.x.Timing.End = p.d.Since(at)
	p.end(at)
}

func (p *pending) synthetic(resp *exchange.Message, body []byte, f *exchange.Failure, at time.Time) {
	if f == nil {
		f = &exchange.Failure{
			Kind: exchange.EmptyReply, Peer: exchange.ServerPeer, Alert: -1,
			Message: "the server closed the connection without an answer",
		}
	}
	p.x.ClosedBy = f.Peer
	p.x.Synthetic = true
	p.x.Failure = f
	resp.Body.Expected = int64(len(body))
	p.respond(resp, at)
	p.x.Timing.FirstByte = p.d.Since(at)
	if len(body) > 0 {
		p.d.Body(exchange.ResponseSide, body)
	}
	p.endResponse(at)
	p.end(at)
}
