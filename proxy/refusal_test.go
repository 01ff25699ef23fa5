package proxy

import (
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

func TestRequestsThatCannotBeReadHaveARow(t *testing.T) {
	for _, request := range []string{
		"GET http://a b/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"nonsense\r\n\r\n",
		"GET http://x.test/ HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
	} {
		l := newLab(t, nil)
		c := l.dial()
		say(request)(c)
		if got := readHead(t, c); !strings.HasPrefix(got, "HTTP/1.1 400 ") {
			t.Errorf("got %q", got)
		}
		x := l.next()
		if x.Failure == nil || x.Failure.Kind != exchange.MalformedRequest || x.Status() != 400 || !x.Synthetic || !strings.HasPrefix(request, string(x.Failure.Excerpt)) {
			t.Errorf("%q: recorded %d %+v", request, x.Status(), x.Failure)
		}
		l.quiet()
	}
}
