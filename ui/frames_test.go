package ui

import (
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

func TestFramesAreListedAndMasked(t *testing.T) {
	x := get("wss://a.test/", 101, time.Millisecond, "", "")
	x.Frames = []exchange.Frame{
		{At: time.Millisecond, From: exchange.ClientPeer, Type: "text", Data: []byte(`{"password":"correct horse"}`), Size: 28},
		{At: 2 * time.Millisecond, From: exchange.ServerPeer, Type: "binary", Data: []byte{0, 0xff}, Size: 2},
		{At: 3 * time.Millisecond, From: exchange.ServerPeer, Type: "text", Data: []byte("a\x1b[31m"), Size: 6},
	}
	x.FramesLost = 2
	masked := responsePage(x, false, testLook(), 80).String()
	for _, want := range []string{"MESSAGES 3", "00 ff", "^[[31m", "2 messages passed by"} {
		if !strings.Contains(masked, want) {
			t.Errorf("no %q in\n%s", want, masked)
		}
	}
	if strings.Contains(masked, "horse") || !strings.Contains(responsePage(x, true, testLook(), 80).String(), "horse") {
		t.Error("a secret in a message shows only when revealed")
	}
}
