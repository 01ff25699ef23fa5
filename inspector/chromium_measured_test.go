package inspector

import (
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func readMeasured(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// TestMeasuredCookies compares with what headless Chromium 156 did with each
// Set-Cookie field in the response to a same-origin fetch from that host. A case
// is the scheme, the host, the field's value in Go's quotes, and its reason to
// block it: "" if it was stored, "dropped" if it was neither blocked nor stored.
func TestMeasuredCookies(t *testing.T) {
	var cases [][4]string
	readMeasured(t, "chromium-set-cookie.json", &cases)
	right := 0
	for _, c := range cases {
		line, err := strconv.Unquote(c[2])
		if err != nil {
			t.Fatal(err)
		}
		x := &exchange.Exchange{
			ID: 1, State: exchange.Complete, URL: c[0] + "://" + c[1] + ":8080/k", Start: time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC),
			Request: exchange.Message{Method: http.MethodGet, Proto: "HTTP/1.1", Header: exchange.Header{{Name: "User-Agent", Value: "Mozilla/5.0"}}},
			Response: &exchange.Message{Status: http.StatusOK, Proto: "HTTP/1.1", Body: exchange.Body{State: exchange.NoBody}, Header: exchange.Header{
				{Name: "Set-Cookie", Value: strings.Trim(line, " \t")},
			}},
		}
		var failed, deleted bool
		var found []string
		for _, f := range findingsOf([]*exchange.Exchange{x})[1] {
			found = append(found, f.Rule)
			failed = failed || f.Severity == exchange.SeverityError
			deleted = deleted || f.Rule == "cookie-deleted-or-expired"
		}
		want, known := refusalRules[c[3]]
		switch {
		case known && contains(found, want), c[3] == "" && !failed && !deleted, c[3] == "dropped" && (failed || deleted):
			right++
		default:
			t.Errorf("%s://%s %.80s: Chromium says %q, got %v", c[0], c[1], c[2], c[3], found)
		}
	}
	score(t, "Chromium, random Set-Cookie fields", "stored or refused, and why: %d of %d", right, len(cases))
	if right < 900 {
		t.Error("want at least 900")
	}
}

// TestMeasuredWebSockets compares with whether headless Chromium 156 opened a
// WebSocket on each answer. It offered permessage-deflate with
// client_max_window_bits.
func TestMeasuredWebSockets(t *testing.T) {
	var cases []struct {
		Key               string
		Protocols, Answer []string
		Opens             bool
	}
	readMeasured(t, "chromium-websocket.json", &cases)
	right := 0
	for _, c := range cases {
		x := &exchange.Exchange{
			ID: 1, State: exchange.Complete, URL: "http://app.test/socket",
			Request: exchange.Message{Method: http.MethodGet, Proto: "HTTP/1.1", Header: exchange.Header{
				{Name: "User-Agent", Value: "Mozilla/5.0"},
				{Name: "Connection", Value: "Upgrade"},
				{Name: "Upgrade", Value: "websocket"},
				{Name: "Sec-WebSocket-Version", Value: "13"},
				{Name: "Sec-WebSocket-Key", Value: c.Key},
				{Name: "Sec-WebSocket-Extensions", Value: "permessage-deflate; client_max_window_bits"},
			}},
			Response: &exchange.Message{Proto: "HTTP/1.1"},
		}
		if len(c.Protocols) > 0 {
			x.Request.Header = append(x.Request.Header, exchange.Field{Name: "Sec-WebSocket-Protocol", Value: strings.Join(c.Protocols, ", ")})
		}
		x.Response.Status, _ = strconv.Atoi(strings.Fields(c.Answer[0])[1])
		for _, l := range c.Answer[1:] {
			name, value, _ := strings.Cut(l, ":")
			x.Response.Header = append(x.Response.Header, exchange.Field{Name: name, Value: strings.TrimSpace(value)})
		}
		failed := false
		for _, f := range findingsOf([]*exchange.Exchange{x})[1] {
			failed = failed || f.Severity == exchange.SeverityError && f.Family == "upgrade"
		}
		if failed == c.Opens {
			t.Errorf("%q: Chromium opens: %v, we report an error: %v", c.Answer, c.Opens, failed)
			continue
		}
		right++
	}
	score(t, "Chromium, random WebSocket handshakes", "%d of %d", right, len(cases))
	if len(cases) < 180 {
		t.Errorf("only %d cases", len(cases))
	}
}
