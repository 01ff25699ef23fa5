package rules

import (
	"net/http"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func TestAcceptFor(t *testing.T) {
	// The example of RFC 6455 section 1.3.
	if got := acceptFor("dGhlIHNhbXBsZSBub25jZQ=="); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Error(got)
	}
}

func TestDeflateFault(t *testing.T) {
	offered := []string{"x", "permessage-deflate; client_max_window_bits"}
	for answer, right := range map[string]bool{
		"permessage-deflate": true, "permessage-deflate; client_max_window_bits=15; server_max_window_bits=8": true,
		`permessage-deflate; server_max_window_bits="10"`: true, "permessage-deflate;server_no_context_takeover": true,
		"permessage-deflate; client_max_window_bits": false, "permessage-deflate; server_max_window_bits=7": false,
		"permessage-deflate; server_max_window_bits=08": false, "permessage-deflate; server_no_context_takeover=1": false,
		"permessage-deflate; server_no_context_takeover; server_no_context_takeover": false, "permessage-deflate; x": false,
	} {
		if fault := deflateFault(answer, offered); (fault == "") != right {
			t.Errorf("%s: %q", answer, fault)
		}
	}
	if deflateFault("permessage-deflate; client_max_window_bits=15", []string{"permessage-deflate"}) == "" {
		t.Error("a limit that was not offered is taken")
	}
}

func TestIdleLimit(t *testing.T) {
	for idle, want := range map[time.Duration]time.Duration{
		time.Minute: time.Minute, 60*time.Second + 900*time.Millisecond: time.Minute, 57 * time.Second: 0, 7 * time.Second: 0, time.Hour: time.Hour,
	} {
		if got := idleLimit(idle); got != want {
			t.Errorf("%v: got %v", idle, got)
		}
	}
}

func FuzzHandshake(f *testing.F) {
	f.Add("key", "websocket", "permessage-deflate; x=", "a, b", "\x03")
	f.Fuzz(func(t *testing.T, key, upgrade, extensions, protocols, closing string) {
		h := exchange.Header{{Name: "Sec-WebSocket-Key", Value: key}, {Name: "Upgrade", Value: upgrade}, {Name: "Sec-WebSocket-Extensions", Value: extensions}, {Name: "Sec-WebSocket-Protocol", Value: protocols}}
		answer := append(exchange.Header{{Name: "Connection", Value: "Upgrade"}, {Name: "Sec-WebSocket-Accept", Value: acceptFor(key)}}, h...)
		x := &exchange.Exchange{
			Request: exchange.Message{Method: http.MethodGet, Header: h}, Response: &exchange.Message{Status: 101, Header: answer},
			Frames: []exchange.Frame{{From: exchange.ServerPeer, Type: "close", Data: []byte(closing)}},
		}
		c := &Case{X: x}
		_, _, _ = c.Handshake(), c.Closing(), c.handshakeCause()
	})
}
