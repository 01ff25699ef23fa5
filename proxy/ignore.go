package proxy

import (
	"context"
	"fmt"
	"slices"

	"httpwhy/inspector/exchange"
)

// ignores reports whether the user wants target (host:port) passed through.
func (s *Server) ignores(target string) bool {
	return slices.ContainsFunc(s.ignored, func(p hostPattern) bool { return p.match(target) })
}

// ignore passes a CONNECT through. Its row has the byte counts alone.
func (t *tunnel) ignore(ctx context.Context) {
	t.notes = append(t.notes, "not intercepted: --ignore")
	if t.dial(ctx) != nil {
		return // no answer of ours would be understood
	}
	r := &relay{client: t.client, origin: t.origin, halfClosed: t.server.cfg.Timeouts.HalfClosed, broken: t.broken}
	r.run()
	t.bytes = [2]int64{r.bytes[0].Load(), r.bytes[1].Load()}
	if f := r.failure; f != nil && f.Peer != exchange.ClientPeer && f.Kind != exchange.Interrupted {
		t.failure = f
	}
}

// refused counts a refusal of our certificate, and suggests what to do when it
// was not the first.
func (t *tunnel) refused() {
	if t.failure.Kind != exchange.ClientRejectsCA {
		return
	}
	n := t.server.refusals.refused(t.name())
	if n < suggestAfter {
		return
	}
	t.notes = append(t.notes, fmt.Sprintf("clients refused httpwhy's certificate for %s %d times in a row: "+
		"have the client trust the CA, or pass the host through unread with --ignore %s", t.name(), n, t.host))
	if n == suggestAfter && t.server.cfg.Suggest != nil {
		t.server.cfg.Suggest(t.host)
	}
}

// leftSilently takes down that the client ended a connection without a request.
// Some clients look at a certificate only after the handshake and then just
// close; others connect ahead of need. Which it was cannot be seen.
func (t *tunnel) leftSilently() {
	note := "the client closed after the TLS handshake without a request"
	if n := t.server.refusals.left(t.name()); n > 1 {
		note += fmt.Sprintf(" (%d times in a row for %s)", n, t.name())
	}
	t.notes = append(t.notes, note)
}
