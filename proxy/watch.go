package proxy

import (
	"net/http"
	"sync/atomic"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

// watch is the recorder of one relayed connection. It knows when the connection
// has nothing more to carry.
type watch struct {
	record.Recorder
	server *Server
	client *clientConn
	closes atomic.Bool
}

// Begin counts a request in flight.
func (w *watch) Begin(x *exchange.Exchange) exchange.ID {
	if x.Mode != exchange.Tunnel {
		w.client.busy.Add(1)
	}
	return w.Recorder.Begin(x)
}

// End counts the request off, and heeds that it asked to close the connection.
func (w *watch) End(x *exchange.Exchange) {
	if x.Response != nil && x.Response.Status != http.StatusSwitchingProtocols &&
		x.Request.Header.HasToken("Connection", "close") {
		w.closes.Store(true)
	}
	w.Recorder.End(x)
	if x.Mode != exchange.Tunnel {
		w.client.busy.Add(-1)
	}
}

// over reports whether the connection may end now: the client asked for it with
// the request that was answered last, or the proxy stops.
func (w *watch) over() bool {
	return w.closes.Load() || w.client.busy.Load() == 0 && w.server.ending()
}
