package main

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// The first bytes of WebSocket frames (RFC 6455 section 5.2): FIN, the reserved
// bits and the opcode.
const (
	wsMore   = 0x00 // a continuation, not the last
	wsLast   = 0x80
	wsText   = 0x81
	wsBinary = 0x82
	wsClose  = 0x88
	wsPing   = 0x89
	wsPong   = 0x8a
	wsBegin  = 0x01 // a text message in fragments
	wsPacked = 0xc1 // a text message, compressed (RFC 7692 section 6)
)

// wsFrame is a client's frame, masked with zeros so that its payload can be read
// on the wire.
func wsFrame(first byte, payload string) string {
	head := []byte{first, 0x80}
	switch n := len(payload); {
	case n < 126:
		head[1] |= byte(n)
	case n < 1<<16:
		head[1] |= 126
		head = binary.BigEndian.AppendUint16(head, uint16(n))
	default:
		head[1] |= 127
		head = binary.BigEndian.AppendUint64(head, uint64(n))
	}
	return string(head) + "\x00\x00\x00\x00" + payload
}

// wsCase is a client's part of a WebSocket connection.
type wsCase struct {
	extensions string // which it offers
	frames     string // which it sends, before a close frame
	chopped    bool   // sent byte by byte
	// client and server are the messages to record, without the close frames.
	// Both nil: what the client sends is not sound.
	client, server []string
}

// packedHello is "Hello" as RFC 7692 section 7.2.3.1 compresses it.
const packedHello = "\xf2\x48\xcd\xc9\xc9\x07\x00"

// wsCases are of the kinds that Autobahn's test suite has.
func wsCases() map[string]wsCase {
	cases := map[string]wsCase{
		"ping":        {frames: wsFrame(wsPing, "are you there"), client: []string{"ping 13"}, server: []string{"pong 13"}},
		"ping-empty":  {frames: wsFrame(wsPing, ""), client: []string{"ping 0"}, server: []string{"pong 0"}},
		"ping-125":    {frames: wsFrame(wsPing, strings.Repeat("\xfe", 125)), client: []string{"ping 125"}, server: []string{"pong 125"}},
		"pings":       {frames: strings.Repeat(wsFrame(wsPing, "x"), 10), client: slices.Repeat([]string{"ping 1"}, 10), server: slices.Repeat([]string{"pong 1"}, 10)},
		"pong":        {frames: wsFrame(wsPong, "unasked"), client: []string{"pong 7"}},
		"close-empty": {frames: wsFrame(wsClose, ""), client: []string{}},
		"close-4999":  {frames: wsFrame(wsClose, "\x13\x87bye"), client: []string{}},
		"fragments": {
			frames: wsFrame(wsBegin, "one") + wsFrame(wsPing, "between") + wsFrame(wsMore, "two") + wsFrame(wsLast, "three"),
			client: []string{"ping 7", "text 11"}, server: []string{"pong 7", "text 11"},
		},
		"fragments-empty": {
			frames: wsFrame(wsBegin, "") + wsFrame(wsMore, "") + wsFrame(wsLast, ""), client: []string{"text 0"}, server: []string{"text 0"},
		},
		"chopped": {frames: wsFrame(wsText, strings.Repeat("c", 200)), chopped: true, client: []string{"text 200"}, server: []string{"text 200"}},
		// Autobahn wants 1007; this server leaves UTF-8 to its user.
		"not-utf-8": {frames: wsFrame(wsText, "\xce\xba\xed\xa0\x80"), client: []string{"text 5"}, server: []string{"text 5"}},
		"deflate": {
			extensions: "permessage-deflate; client_max_window_bits", frames: wsFrame(wsPacked, packedHello) + wsFrame(wsPacked, "\xf2\x00\x11\x00\x00"),
			client: []string{"text 5", "text 5"}, server: []string{"text 5", "text 5"},
		},
		"deflate-no-takeover": {
			extensions: "permessage-deflate; client_no_context_takeover; server_no_context_takeover", frames: wsFrame(wsPacked, packedHello),
			client: []string{"text 5"}, server: []string{"text 5"},
		},
		"deflate-fragments": {
			extensions: "permessage-deflate", frames: wsFrame(wsPacked&^wsLast, packedHello[:3]) + wsFrame(wsLast, packedHello[3:]),
			client: []string{"text 5"}, server: []string{"text 5"},
		},
		"deflate-unused": {extensions: "permessage-deflate", frames: wsFrame(wsText, "plain"), client: []string{"text 5"}, server: []string{"text 5"}},
		"deflate-window": {
			extensions: "permessage-deflate; server_max_window_bits=9, permessage-deflate", frames: wsFrame(wsText, "x"),
			client: []string{"text 1"}, server: []string{"text 1"},
		},
		"deflate-unknown": {extensions: "permessage-deflate; strength=11", frames: wsFrame(wsText, "x"), client: []string{"text 1"}, server: []string{"text 1"}},

		"deflate-garbage":  {extensions: "permessage-deflate", frames: wsFrame(wsPacked, "\xff\xff\xff\xff")},
		"ping-126":         {frames: wsFrame(wsPing, strings.Repeat("p", 126))},
		"ping-fragmented":  {frames: wsFrame(wsPing&^wsLast, "x")},
		"reserved-1":       {frames: wsFrame(wsText|0x40, "x")},
		"reserved-2":       {frames: wsFrame(wsText|0x20, "x")},
		"reserved-3":       {frames: wsFrame(wsPing|0x10, "x")},
		"reserved-opcode":  {frames: wsFrame(0x83, "x")},
		"reserved-control": {frames: wsFrame(0x8b, "x")},
		"continues-none":   {frames: wsFrame(wsLast, "x")},
		"begins-twice":     {frames: wsFrame(wsBegin, "x") + wsFrame(wsText, "y")},
		"not-masked":       {frames: "\x81\x01x"},
		"length-negative":  {frames: "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"},
		"close-one-byte":   {frames: wsFrame(wsClose, "\x03")},
		"close-1005":       {frames: wsFrame(wsClose, "\x03\xed")},
		"close-126":        {frames: wsFrame(wsClose, "\x03\xe8"+strings.Repeat("x", 124))},
	}
	for _, n := range []int{0, 1, 125, 126, 127, 128, 65535, 65536} {
		text, data := fmt.Sprint("text ", n), fmt.Sprint("binary ", n)
		cases[fmt.Sprint("text-", n)] = wsCase{frames: wsFrame(wsText, strings.Repeat("t", n)), client: []string{text}, server: []string{text}}
		cases[fmt.Sprint("binary-", n)] = wsCase{frames: wsFrame(wsBinary, strings.Repeat("\xff", n)), client: []string{data}, server: []string{data}}
	}
	return cases
}

// echoAndClose is echo, and closes the connection at the first error.
func echoAndClose(w http.ResponseWriter, r *http.Request) {
	w.Header()["Date"] = nil
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1})
	if err != nil {
		return
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 20)
	for {
		kind, message, err := c.Read(r.Context())
		if err != nil || c.Write(r.Context(), kind, message) != nil {
			return
		}
	}
}

// npmEcho is the server of the package ws of npm.
const npmEcho = `
const server = require("http").createServer()
server.prependListener("upgrade", (_, socket) => socket.setNoDelay(true))
new (require("ws").Server)({server, perMessageDeflate: {threshold: 0}}).on("connection", c => {
	c.on("error", () => {}).on("message", (data, isBinary) => c.send(data, {binary: isBinary}))
})
server.listen(0, "127.0.0.1", () => console.log("127.0.0.1:" + server.address().port))
process.stdin.on("end", () => process.exit()).resume()
`

// transcript has the case with a server over c, and returns all that came, and
// how the connection ended.
func (w *wsCase) transcript(c net.Conn, target, host string) string {
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n", target, host)
	if w.extensions != "" {
		fmt.Fprintf(c, "Sec-WebSocket-Extensions: %s\r\n", w.extensions)
	}
	io.WriteString(c, "\r\n")
	var came strings.Builder
	r := bufio.NewReader(io.TeeReader(c, &came))
	for line := "-"; strings.TrimSpace(line) != ""; {
		var err error
		if line, err = r.ReadString('\n'); err != nil {
			return fmt.Sprintf("%s, then %v", came.String(), err)
		}
	}
	all := w.frames + wsFrame(wsClose, "\x03\xe8")
	step := len(all)
	if w.chopped {
		step = 1
	}
	for i := 0; i < len(all); i += step {
		io.WriteString(c, all[i:i+step])
	}
	_, err := io.Copy(io.Discard, r)
	return fmt.Sprintf("%s, then %v", came.String(), err)
}

// messages are the frames of a side, by their type and size.
func messages(frames []frameJSON, from string) []string {
	var all []string
	for _, f := range frames {
		if string(f.From) == from {
			all = append(all, fmt.Sprint(f.Type, " ", f.Size))
		}
	}
	return all
}

// checkWebSocket compares what is recorded of a case.
func (r *recorder) checkWebSocket(name string, w wsCase) {
	x := r.record(r.recorded("/" + name).ID)
	client, server := messages(x.Frames, "client"), messages(x.Frames, "server")
	for _, got := range [][]string{client, server} {
		if w.client != nil && (len(got) == 0 || !strings.HasPrefix(got[len(got)-1], "close ")) {
			r.t.Errorf("%s: no close frame is recorded in %q", name, got)
			return
		}
	}
	sound := w.client != nil
	if sound {
		// A close frame of the case's own comes before the one that all send.
		client = slices.DeleteFunc(client, func(m string) bool { return strings.HasPrefix(m, "close ") })
		server = server[:len(server)-1]
	}
	if sound && (!slices.Equal(client, w.client) || !slices.Equal(server, w.server)) {
		r.t.Errorf("%s: recorded %q and %q, want %q and %q", name, client, server, w.client, w.server)
	}
	if x.Status != http.StatusSwitchingProtocols || x.Failure != nil || len(x.Frames) == 0 && len(x.Notes) == 0 {
		r.t.Errorf("%s: recorded as %d, %+v, frames %v, notes %q", name, x.Status, x.Failure, x.Frames, x.Notes)
	}
	for _, f := range x.Findings {
		if sound && (f.Severity == "error" || f.Severity == "warning") {
			r.t.Errorf("%s has a false alarm: %s", name, f.Rule)
		}
	}
}

// TestWebSocketFrames: whatever frames a client sends, sound or not, the bytes
// that come back are the same with and without the proxy.
func TestWebSocketFrames(t *testing.T) {
	t.Parallel()
	o, pem := tlsOrigin(t, http.HandlerFunc(echoAndClose), false)
	for server, start := range map[string]func(*testing.T) string{
		"ws":  func(t *testing.T) string { return origin(t, echoAndClose).Listener.Addr().String() },
		"wss": func(*testing.T) string { return o.Listener.Addr().String() },
		"npm ws": func(t *testing.T) string {
			return startNode(t, "ws@8", map[string][]byte{"server.js": []byte(npmEcho)})
		},
	} {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			host := start(t)
			r := startProxy(t, "--upstream-ca", pem)
			way := func(addr, ca string) net.Conn {
				c, err := net.Dial("tcp", addr)
				if err != nil {
					t.Fatal(err)
				}
				if server != "wss" {
					return c
				}
				config := trusting(t, ca)
				config.ServerName = "127.0.0.1"
				return tls.Client(c, config)
			}
			through, prefix := strings.TrimPrefix(r.url, "http://"), "http://"+host
			if server == "wss" {
				through, prefix = r.tunnelTo(host), ""
			}
			for name, w := range wsCases() {
				if server == "npm ws" && (w.client == nil || name == "not-utf-8" || name == "deflate-unknown") {
					continue // it answers 400, or waits half a minute before it closes
				}
				without := w.transcript(way(host, pem), "/"+name, host)
				with := w.transcript(way(through, r.ca()), prefix+"/"+name, host)
				if with != without || !strings.HasPrefix(without, "HTTP/1.1 101 ") || strings.Contains(without, "timeout") {
					t.Errorf("%s: with the proxy %.400q, without %.400q", name, with, without)
				}
				r.checkWebSocket(name, w)
			}
		})
	}
}
