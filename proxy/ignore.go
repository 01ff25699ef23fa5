package proxy

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
	t.client.relayedTo(t.origin)
	r.run()
	t.bytes, t.closedBy = [2]int64{r.bytes[0].Load(), r.bytes[1].Load()}, r.first
	if f := r.failure; f != nil && f.Peer != exchange.ClientPeer && f.Kind != exchange.Interrupted {
		t.failure = f
	}
}

// refused counts a refusal of our certificate, and suggests what to do when it
// was not the first; err ended the handshake.
func (t *tunnel) refused(err error) {
	if t.failure.Kind == exchange.ClientTLSHandshake && t.failure.Alert < 0 && orderly(err) {
		t.leftSilently("during")
	}
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
		t.server.cfg.Suggest(t.host, true)
	}
}

// leftSilently takes down that the client ended a connection during or after the
// handshake without an alert or a request. OpenSSL, Java and Chromium send an
// alert when they do not accept a certificate; Node just closes during the
// handshake, and GnuTLS (wget, git) after it. But a client may also have
// connected ahead of need: which it was cannot be seen.
func (t *tunnel) leftSilently(when string) {
	note := "the client closed " + when + " the TLS handshake without a request"
	n := t.server.refusals.left(t.name())
	if n > 1 {
		note += fmt.Sprintf(" (%d times in a row for %s; clients made with Node or GnuTLS do so when they do not trust the certificate)", n, t.name())
	}
	t.notes = append(t.notes, note)
	browser := strings.HasPrefix(t.head.Header.Get("User-Agent"), "Mozilla/") // they do connect ahead
	if n == suggestAfter && !browser && t.server.cfg.Suggest != nil {
		t.server.cfg.Suggest(t.host, false)
	}
}
