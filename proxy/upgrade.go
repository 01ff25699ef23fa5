package proxy

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
	"httpwhy/proxy/tap"
)

// switchProtocols relays what follows a 101 in both directions, and hands the
// exchange to a tap, which reads the frames. It returns what goproxy may go on
// with: nothing.
func (f *forward) switchProtocols(resp *http.Response) *http.Response {
	f.watch.mark(&f.watch.t.ResponseHead)
	m, _ := f.responseHead(resp)
	addr := hostPort(resp.Request)
	upstream, ok := resp.Body.(io.ReadWriteCloser)
	if f.origin == nil || !f.server.take(f.client) {
		_ = resp.Body.Close()
		f.drop(interrupted(addr))
		panic(http.ErrAbortHandler)
	}
	defer f.server.release(f.client)
	defer resp.Body.Close()
	t := f.handOver(&m)
	if !ok { // net/http takes a 101 without Connection: Upgrade for no switch
		return f.onlyHead(&m, t)
	}
	if _, _, err := f.writer.Hijack(); err == nil {
		_, err = f.client.Write(headBytes(&m))
		if err == nil {
			f.relayUpgrade(upstream, t, addr)
		}
	}
	t.Closed(exchange.ProxyPeer, f.stopped(addr), time.Now())
	return f.handedOn()
}

// onlyHead passes a 101 on whose connection net/http has not left to us: the
// client is to say what is wrong with it.
func (f *forward) onlyHead(m *exchange.Message, t *tap.Conn) *http.Response {
	if _, _, err := f.writer.Hijack(); err == nil {
		_, _ = f.client.Write(headBytes(m))
	}
	now := time.Now()
	t.Closed(exchange.ServerPeer, nil, now)
	t.Closed(exchange.ClientPeer, nil, now)
	return f.handedOn()
}

func (f *forward) handedOn() *http.Response {
	_ = f.client.Close()
	return &http.Response{StatusCode: http.StatusSwitchingProtocols, Header: http.Header{}, Body: http.NoBody}
}

// drop ends an exchange that gets no response.
func (f *forward) drop(failure *exchange.Failure) {
	f.watch.mark(&f.watch.t.End)
	f.draft.End(func(x *exchange.Exchange) {
		x.Failure, x.ClosedBy, x.Timing = failure, failure.Peer, f.watch.timing()
	})
}

// stopped is why a relay ended that no peer ended.
func (f *forward) stopped(addr string) *exchange.Failure {
	if f.client.interrupted.Load() {
		return interrupted(addr)
	}
	return clientGone(addr)
}

func (f *forward) relayUpgrade(upstream io.ReadWriteCloser, t *tap.Conn, addr string) {
	r := relay{
		client: f.client, origin: &upgraded{f.origin, upstream}, tap: t,
		halfClosed: f.server.cfg.Timeouts.HalfClosed,
		broken: func(from exchange.Peer, err error) *exchange.Failure {
			switch {
			case f.client.interrupted.Load():
				return interrupted(addr)
			case from == exchange.ClientPeer:
				return clientFailure(err, addr, "")
			}
			return classify(err, relaying, addr)
		},
	}
	f.client.relayedTo(f.origin)
	r.run()
}

// handOver gives the exchange to a tap, which goes on reporting it.
func (f *forward) handOver(m *exchange.Message) *tap.Conn {
	t := tap.New(tap.Config{
		Recorder: &takeover{Recorder: f.server.cfg.Recorder, forward: f}, BodyLimit: f.server.cfg.BodyLimit,
		Mode: f.mode, Scheme: "http", Protocol: "http/1.1",
	})
	now := time.Now()
	req := &f.head.message
	t.Bytes(exchange.ClientPeer, fmt.Appendf(nil, "%s %s %s\r\n%s", req.Method, req.Target, req.Proto, fieldBytes(req.Header)), now)
	t.Bytes(exchange.ServerPeer, headBytes(m), now)
	return t
}

// takeover is the recorder of a tap that goes on with the exchange of a forward.
type takeover struct {
	record.Recorder
	forward *forward
}

// Begin gives x what the forward knows of it.
func (t *takeover) Begin(x *exchange.Exchange) exchange.ID {
	f := t.forward
	id := f.draft.ID()
	f.draft.Update(func(old *exchange.Exchange) {
		x.Start, x.URL, x.Client, x.Server, x.Interim, x.Notes = old.Start, old.URL, old.Client, old.Server, old.Interim, old.Notes
		x.Timing = f.watch.timing()
	})
	return id
}

// headBytes spells a response head as it came.
func headBytes(m *exchange.Message) []byte {
	return fmt.Appendf(nil, "%s %03d %s\r\n%s", m.Proto, m.Status, m.Reason, fieldBytes(m.Header))
}

func fieldBytes(h exchange.Header) []byte {
	var b bytes.Buffer
	for _, f := range h {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// upgraded is the origin's side of an upgraded connection: net/http may have
// read ahead, so it reads from its body.
type upgraded struct {
	*originConn
	body io.ReadWriteCloser
}

func (u *upgraded) Read(p []byte) (int, error) { return u.body.Read(p) }
