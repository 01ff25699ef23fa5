package inspector

import (
	"fmt"
	"testing"

	"httpwhy/inspector/rules"
)

func TestHostsKnowWhatCameBefore(t *testing.T) {
	h := newHosts()
	for n := range 40 {
		x := parse(t, fmt.Sprintf("* id %d\n* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:5000\n> GET http://h.test/%d HTTP/1.1\n< HTTP/1.1 200", n+1, n, n))[0]
		if touched := h.add(x); len(touched) != 0 {
			t.Fatalf("exchange %d changes %d others", n, len(touched))
		}
		var links rules.Links
		h.link(x, &links)
		if len(links.Before) != min(n, maxBefore) {
			t.Fatalf("%d exchanges before exchange %d", len(links.Before), n)
		}
	}
}
