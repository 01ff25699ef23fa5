package main

import (
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

func TestTextRow(t *testing.T) {
	row := exchange.Row{
		ID: 7, Start: time.Now(), Method: "GET", Status: 200, State: exchange.Complete, Duration: 12 * time.Millisecond,
		URL: "http://app.test/login?access_token=abcdefghijklmnopqrstuvwxyz123456&next=\x1b[2J",
	}
	for _, width := range []int{80, 120, 200} {
		line := textRow(row, width)
		if strings.Contains(line, "ghijkl") || strings.Contains(line, "\x1b") {
			t.Errorf("a secret or a control character is in %q", line)
		}
		if text.Width(line) != width {
			t.Errorf("%d cells for %d: %q", text.Width(line), width, line)
		}
	}
	if line := textRow(row, 120); !strings.Contains(line, "GET     200 http://app.test/login?access_token=") || !strings.HasSuffix(line, " 12ms") {
		t.Errorf("the line is %q", line)
	}
	row.FailureKind, row.FailureMessage, row.Status = exchange.ConnectRefused, "nobody there", 0
	if line := textRow(row, 120); !strings.Contains(line, "ERR") || !strings.Contains(line, "  nobody there") {
		t.Errorf("a failure is %q", line)
	}
}
