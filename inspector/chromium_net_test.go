package inspector

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// netCases are what Chromium said to raw responses, Set-Cookie fields and
// WebSocket handshakes.
type netCases struct {
	Cookies []struct {
		Ctx, ID, H string
		Blocked    []string
		Stored     string
	}
	WS []struct {
		ID, JS string
		Err    []string
	}
}

func readNetCases(t *testing.T) *netCases {
	t.Helper()
	text, err := os.ReadFile("testdata/chromium-net.json")
	if err != nil {
		t.Fatal(err)
	}
	var n netCases
	if err := json.Unmarshal(text, &n); err != nil {
		t.Fatal(err)
	}
	return &n
}

// refusalRules are the rules that name Chromium's reasons to block a cookie.
var refusalRules = map[string]string{
	"SecureOnly": "cookie-rejected-secure-over-http", "SameSiteNoneInsecure": "cookie-rejected-samesite-none-insecure",
	"InvalidDomain": "cookie-rejected-domain", "InvalidPrefix": "cookie-rejected-prefix",
	"NameValuePairExceedsMaxSize": "cookie-too-large", "DisallowedCharacter": "cookie-bad-characters", "NoCookieContent": "cookie-bad-characters",
}

// TestChromiumCookies compares with Chromium which cookies are stored. It
// blocked those of other sites by its preferences, which no server sees; that
// such a cookie cannot be stored for another reason is still to be said.
func TestChromiumCookies(t *testing.T) {
	named, silent, quiet := 0, 0, 0
	for _, c := range readNetCases(t).Cookies {
		target, header := "http://page.test:18111/k", exchange.Header{{Name: "User-Agent", Value: "Mozilla/5.0"}}
		switch {
		case strings.HasPrefix(c.Ctx, "cross-site"):
			target = "http://api.other.test:18113/k"
			header = append(header, exchange.Field{Name: "Origin", Value: "http://page.test:18111"})
		case strings.HasSuffix(c.Ctx, "https"):
			target = "https://page.test:18112/k"
		}
		// The file has the length of a long line in its place.
		line := c.H
		switch c.ID {
		case "big":
			line = "a=" + strings.Repeat("b", 4096)
		case "big-ok":
			line = "a=" + strings.Repeat("b", 4095)
		case "big-attr":
			line = "a=b; Path=/" + strings.Repeat("x", 1030)
		}
		x := &exchange.Exchange{
			ID: 1, State: exchange.Complete, URL: target, Start: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC),
			Request: exchange.Message{Method: http.MethodGet, Proto: "HTTP/1.1", Header: header},
			Response: &exchange.Message{Status: 200, Proto: "HTTP/1.1", Body: exchange.Body{State: exchange.NoBody}, Header: exchange.Header{
				{Name: "Access-Control-Allow-Origin", Value: "http://page.test:18111"}, {Name: "Set-Cookie", Value: strings.Trim(line, " \t")},
			}},
		}
		var problems []string
		for _, f := range findingsOf([]*exchange.Exchange{x})[1] {
			if f.Severity.Rank() >= exchange.SeverityWarning.Rank() && f.Family == "cookie" {
				problems = append(problems, f.Rule)
			}
			if len(c.Blocked) == 0 && c.ID != "partitioned-nosec" && f.Severity == exchange.SeverityError {
				t.Errorf("%s, %s: stored, but %s", c.Ctx, c.ID, f.Verdict)
			}
		}
		switch {
		case len(c.Blocked) > 0:
			want, known := refusalRules[c.Blocked[0]]
			if len(problems) == 1 && (!known || problems[0] == want) {
				named++
				break
			}
			t.Errorf("%s, %s: %v, got %v", c.Ctx, c.ID, c.Blocked, problems)
		case c.ID == "partitioned-nosec":
			if slices.Equal(problems, []string{"cookie-partitioned-insecure"}) {
				silent++
			}
		default:
			quiet++
		}
	}
	score(t, "Chromium, cookies", "%d blocked and %d silently dropped named, no error on the other %d", named, silent, quiet)
	if named < 45 || silent < 2 || quiet < 40 {
		t.Errorf("want at least 45, 2 and 40")
	}
}

// handshakeAnswers are the fields of the server's answers, by the case's ID;
// what begins with P was asked with the subprotocols a and b.
var handshakeAnswers = map[string]exchange.Header{
	"ok":             answerTo("websocket", "Upgrade", accepted),
	"HTTP10":         answerTo("websocket", "Upgrade", accepted),
	"P-ok":           append(answerTo("websocket", "Upgrade", accepted), exchange.Field{Name: "Sec-WebSocket-Protocol", Value: "a"}),
	"wrong-accept":   answerTo("websocket", "Upgrade", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
	"no-accept":      answerTo("websocket", "Upgrade", ""),
	"no-upgrade":     answerTo("", "Upgrade", accepted),
	"bad-upgrade":    answerTo("h2c", "Upgrade", accepted),
	"no-connection":  answerTo("websocket", "", accepted),
	"bad-connection": answerTo("websocket", "keep-alive", accepted),
	"proto-unasked":  append(answerTo("websocket", "Upgrade", accepted), exchange.Field{Name: "Sec-WebSocket-Protocol", Value: "chat"}),
	"ext-unasked":    append(answerTo("websocket", "Upgrade", accepted), exchange.Field{Name: "Sec-WebSocket-Extensions", Value: "foo"}),
	"P-none":         answerTo("websocket", "Upgrade", accepted),
	"P-wrong":        append(answerTo("websocket", "Upgrade", accepted), exchange.Field{Name: "Sec-WebSocket-Protocol", Value: "zzz"}),
	"P-multi": append(answerTo("websocket", "Upgrade", accepted),
		exchange.Field{Name: "Sec-WebSocket-Protocol", Value: "a"}, exchange.Field{Name: "Sec-WebSocket-Protocol", Value: "b"}),
}

// handshakeRules are the rules that name each failure; where none is given it
// is ws-unexpected-status.
var handshakeRules = map[string]string{
	"wrong-accept": "ws-accept-wrong", "no-accept": "ws-accept-missing", "no-upgrade": "ws-upgrade-header-missing",
	"bad-upgrade": "ws-upgrade-header-missing", "no-connection": "ws-connection-header-missing", "bad-connection": "ws-connection-header-missing",
	"proto-unasked": "ws-subprotocol", "ext-unasked": "ws-extension-unrequested", "P-none": "ws-subprotocol",
	"P-wrong": "ws-subprotocol", "P-multi": "ws-subprotocol", "close": "empty-reply",
}

// The key of RFC 6455 section 1.3 and its answer.
const (
	sampleKey = "dGhlIHNhbXBsZSBub25jZQ=="
	accepted  = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

func answerTo(upgrade, connection, accept string) exchange.Header {
	var h exchange.Header
	for _, f := range []exchange.Field{{Name: "Upgrade", Value: upgrade}, {Name: "Connection", Value: connection}, {Name: "Sec-WebSocket-Accept", Value: accept}} {
		if f.Value != "" {
			h = append(h, f)
		}
	}
	return h
}

// TestChromiumWebSockets compares with Chromium which handshakes succeed.
func TestChromiumWebSockets(t *testing.T) {
	right := 0
	for _, c := range readNetCases(t).WS {
		x := &exchange.Exchange{
			ID: 1, State: exchange.Complete, URL: "http://page.test:18111/w/" + c.ID, Start: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC),
			Request: exchange.Message{Method: http.MethodGet, Proto: "HTTP/1.1", Header: exchange.Header{
				{Name: "User-Agent", Value: "Mozilla/5.0"},
				{Name: "Connection", Value: "Upgrade"},
				{Name: "Upgrade", Value: "websocket"},
				{Name: "Origin", Value: "http://page.test:18111"},
				{Name: "Sec-WebSocket-Version", Value: "13"},
				{Name: "Sec-WebSocket-Key", Value: sampleKey},
				{Name: "Sec-WebSocket-Extensions", Value: "permessage-deflate; client_max_window_bits"},
			}},
			Response: &exchange.Message{Status: http.StatusSwitchingProtocols, Proto: "HTTP/1.1", Header: handshakeAnswers[c.ID]},
		}
		if strings.HasPrefix(c.ID, "P-") {
			x.Request.Header = append(x.Request.Header, exchange.Field{Name: "Sec-WebSocket-Protocol", Value: "a, b"})
		}
		if status, err := strconv.Atoi(c.ID); err == nil {
			x.Response.Status = status
		}
		if c.ID == "close" {
			x.Response, x.State = nil, exchange.Failed
			x.Failure = &exchange.Failure{Kind: exchange.EmptyReply, Peer: exchange.ServerPeer, Alert: -1, Message: "the connection ended before a response"}
		}
		want := handshakeRules[c.ID]
		if want == "" && !strings.HasPrefix(c.JS, "open") {
			want = "ws-unexpected-status"
		}
		var problems []string
		for _, f := range findingsOf([]*exchange.Exchange{x})[1] {
			if f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
				problems = append(problems, f.Rule)
			}
		}
		if want == "" && problems == nil || want != "" && slices.Contains(problems, want) {
			right++
		} else {
			t.Errorf("%s: %s, want %q, got %v", c.ID, c.JS, want, problems)
		}
	}
	score(t, "Chromium, WebSocket handshakes", "%d of %d", right, len(readNetCases(t).WS))
	if right < 24 {
		t.Error("want 24")
	}
}
