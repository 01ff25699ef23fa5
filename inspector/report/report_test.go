package report

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"httpwhy/inspector/exchange"
)

func sample() (*exchange.Finding, *exchange.Exchange) {
	x := &exchange.Exchange{
		ID: 7, URL: "http://api.test/items?token=0123456789abcdef0123456789", Request: exchange.Message{Method: "GET"},
		Response: &exchange.Message{Status: 429},
	}
	return &exchange.Finding{
		Exchange: 7, Rule: "rate-limited", Family: "rate-limit", Severity: exchange.SeverityError, Confidence: exchange.Likely, Primary: true,
		Related: []exchange.ID{3}, Verdict: "Rate limited: try again at 14:00:47Z.", Short: "rate limited",
		Evidence: []exchange.Evidence{
			{Exchange: 7, Part: exchange.ResponseHeader, Name: "Retry-After", Value: "47", Note: "seconds"},
			{Exchange: 3, Part: exchange.ResponseHeader, Name: "Retry-After", Value: "absent"},
			{Exchange: 7, Part: exchange.ResponseBody, Name: "content", Value: "evil \x1b[2J\u202etext"},
		},
		Fix: exchange.Fix{Client: exchange.Advice{Text: "Wait:", Copy: "sleep 47\ncurl http://api.test/items"}, Server: exchange.Advice{Copy: "Retry-After: 47"}},
		Why: strings.Repeat("A long explanation of the mechanism. ", 20), Reference: "https://www.rfc-editor.org/rfc/rfc6585.html",
	}, x
}

func TestText(t *testing.T) {
	f, x := sample()
	for _, width := range []int{0, 40, 60, 80, 160} {
		text := Text(f, x, width)
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if width >= 80 && len(lines) > maxLines {
			t.Errorf("width %d: %d lines\n%s", width, len(lines), text)
		}
		for _, line := range lines {
			if utf8.RuneCountInString(line) > max(width, minWidth) && !strings.Contains(line, "https://") {
				t.Errorf("width %d: %q is too long", width, line)
			}
		}
		if strings.ContainsAny(text, "\x1b\u202e") {
			t.Errorf("control characters reach the terminal: %q", text)
		}
		for _, want := range []string{"rate-limited", "Likely: Rate limited", "Retry-After: 47 (seconds)", "#3 no Retry-After", "sleep 47", "curl http://api.test/items"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("width %d: %q is missing in\n%s", width, want, text)
			}
		}
	}
	if got := Text(&exchange.Finding{Rule: "a", Severity: exchange.SeverityInfo}, nil, 80); !strings.HasPrefix(got, "• info a") {
		t.Errorf("got %q", got)
	}
}

func TestJSON(t *testing.T) {
	f, x := sample()
	text, err := JSON(f, x)
	if err != nil {
		t.Fatal(err)
	}
	var o map[string]any
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"exchange", "method", "url", "status", "rule", "family", "severity", "confidence", "primary", "related", "verdict", "evidence", "fix", "why", "reference",
	} {
		if o[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	fix := o["fix"].(map[string]any)
	if fix["client"] != "Wait:\nsleep 47\ncurl http://api.test/items" || fix["server"] != "Retry-After: 47" {
		t.Errorf("fix %v", fix)
	}
	if strings.Contains(string(text), "0123456789abcdef0123456789") {
		t.Error("the token in the URL is not masked")
	}
	empty, err := JSON(&exchange.Finding{}, nil)
	if err != nil || !strings.Contains(string(empty), `"related":[]`) || !strings.Contains(string(empty), `"evidence":[]`) {
		t.Errorf("lists must not be null: %s", empty)
	}
}
