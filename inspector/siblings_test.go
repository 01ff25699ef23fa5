package inspector

import (
	"fmt"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// TestFewSiblingsAreLookedAtAgain: exchanges that end in the order in which
// they began change little of what was found before, whatever the traffic.
func TestFewSiblingsAreLookedAtAgain(t *testing.T) {
	for name, test := range map[string]struct {
		apart time.Duration
		text  string
	}{
		"polling":   {time.Second, "< HTTP/1.1 200 OK\n* took 5ms"},
		"slow":      {3 * time.Second, "< HTTP/1.1 200 OK\n* timing first-byte=2s end=2s"},
		"abandoned": {6 * time.Second, "* failure client-gone peer=client \"gone\"\n* took 5s"},
		"burst":     {time.Millisecond, "< HTTP/1.1 200 OK\n* took 1ms"},
		"reposting": {time.Second, "< HTTP/1.1 503\n* took 5ms"},
	} {
		i, most := New(Options{}), 0
		for n := range 300 {
			x := parse(t, fmt.Sprintf("* id %d\n* client 127.0.0.1:5000\n> GET http://api.test/items/%d HTTP/1.1\n%s", n+1, n, test.text))[0]
			x.Start = time.Unix(0, 0).Add(time.Duration(n) * test.apart)
			most = max(most, len(i.Observe(x)))
		}
		if most > 4 {
			t.Errorf("%s: %d exchanges are looked at for one that ends", name, most)
		}
	}
}

func TestSiblingsAreThoseOfOneEndpoint(t *testing.T) {
	s := newSiblings()
	xs := parse(t, `> GET http://api.test/items/1 HTTP/1.1
< HTTP/1.1 200
> GET http://api.test/items/2?x=1 HTTP/1.1
< HTTP/1.1 200
> POST http://api.test/items/2 HTTP/1.1
< HTTP/1.1 200
> GET http://other.test/items/2 HTTP/1.1
< HTTP/1.1 200
> OPTIONS http://api.test/items/2 HTTP/1.1
< HTTP/1.1 200`)
	for _, x := range xs {
		s.add(x)
	}
	for id, want := range map[exchange.ID]int{1: 2, 2: 2, 3: 1, 4: 1} {
		key, ok := s.keyOf(xs[id-1])
		if got := len(s.seen.get(key)); !ok || got != want {
			t.Errorf("exchange %d has %d siblings, itself among them, not %d", id, got, want)
		}
	}
	if _, ok := s.keyOf(xs[4]); ok {
		t.Error("OPTIONS has no siblings")
	}
}

// TestALateSiblingIsForgotten: one that began before all that are remembered
// ends last.
func TestALateSiblingIsForgotten(t *testing.T) {
	i := New(Options{})
	for n := 2 * maxPerKey; n >= 0; n-- {
		x := parse(t, fmt.Sprintf("* id %d\n> GET http://api.test/items/%d HTTP/1.1\n< HTTP/1.1 200", n+1, n))[0]
		x.Start = time.Unix(0, 0).Add(time.Duration(n) * 10 * time.Millisecond)
		i.Observe(x)
	}
}
