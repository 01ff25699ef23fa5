package inspector

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// TestReadingsInAnyOrder draws readings of one URL that differ in little, with
// a write now and then, and observes them in two orders.
func TestReadingsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		xs := make([]*exchange.Exchange, rapid.IntRange(3, 24).Draw(rt, "n"))
		for i := range xs {
			xs[i] = drawReading(rt, exchange.ID(i+1))
		}
		a, b := findingsOf(xs), findingsOf(rapid.Permutation(xs).Draw(rt, "order"))
		for id := range a {
			if !reflect.DeepEqual(a[id], b[id]) {
				rt.Fatalf("exchange %d:\n%+v\n%+v\nof\n%s", id, a[id], b[id], transcript.Print(xs...))
			}
		}
	})
}

func drawReading(t *rapid.T, id exchange.ID) *exchange.Exchange {
	one := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	at := rapid.IntRange(0, 40).Draw(t, "at")
	text := fmt.Sprintf("* id %d\n* at 2026-11-22T14:00:%02d.%d00Z\n* client 127.0.0.1:5000\n> %s http://app.test/items/7 HTTP/1.1\n",
		id, at/10, at%10, one("method", "GET", "GET", "GET", "GET", "GET", "GET", "PUT"))
	text += one("language", "", "", "", "> Accept-Language: de\n") + "< HTTP/1.1 200 OK\n< Content-Type: application/json\n"
	text += one("etag", "", "", "< ETag: \"a\"\n", "< ETag: \"b\"\n") + one("chosen", "", "", "", "< Content-Language: de\n")
	text += "\n" + one("content", "[1]", "[1]", "[1]", "[2]") + "\n* took " + one("took", "5ms", "300ms", "2s") + "\n"
	xs, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return xs[0]
}

// TestParallelReadingsAreDiagnosedOnce: equal requests that end in another order
// than they began change nothing of each other.
func TestParallelReadingsAreDiagnosedOnce(t *testing.T) {
	const n, parallel = 2000, 32
	order := make([]int, n)
	for at := range order {
		order[at] = at
	}
	random := rand.New(rand.NewPCG(1, 2))
	for at := 0; at < n; at += parallel {
		part := order[at:min(n, at+parallel)]
		random.Shuffle(len(part), func(a, b int) { part[a], part[b] = part[b], part[a] })
	}
	template := parse(t, kilobyte())[0]
	i, touched := New(Options{}), 0
	for _, at := range order {
		x := *template
		x.URL = "https://api.test/items"
		x.ID, x.Start, x.Client.Reused = exchange.ID(at+1), time.Unix(0, 0).Add(time.Duration(at)*30*time.Microsecond), true
		for _, r := range i.relators {
			touched += len(r.add(&x))
		}
	}
	if touched > n/20 {
		t.Errorf("%d exchanges are diagnosed %d times more", n, touched)
	}
}
