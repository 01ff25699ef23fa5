package inspector

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// TestNotesInAnyOrder draws calls of one small API and observes them in two
// orders: what is said once per host or endpoint stays on the same exchange.
func TestNotesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 24).Draw(rt, "n")
		xs := make([]*exchange.Exchange, n)
		for i := range xs {
			xs[i] = drawCall(rt, exchange.ID(i+1))
		}
		shuffled := rapid.Permutation(xs).Draw(rt, "order")
		a, b := findingsOf(xs), findingsOf(shuffled)
		for id := range a {
			if !reflect.DeepEqual(a[id], b[id]) {
				rt.Fatalf("exchange %d:\n%+v\n%+v\nof\n%s", id, a[id], b[id], transcript.Print(xs...))
			}
		}
	})
}

func drawCall(t *rapid.T, id exchange.ID) *exchange.Exchange {
	draw := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	text := fmt.Sprintf("* id %d\n* at 2026-11-22T14:00:%02d.%dZ\n* client 127.0.0.1:%d\n", id,
		rapid.IntRange(0, 4).Draw(t, "second"), rapid.IntRange(0, 9).Draw(t, "tenth"), 5000+id)
	text += fmt.Sprintf("> %s http://api.test%s HTTP/1.1\n", draw("method", "GET", "GET", "GET", "POST", "PUT", "DELETE"),
		draw("path", "/a", "/a?q=1", "/items/1", "/items/2", "/items/3", "/items/4?access_token=0123456789"))
	text += draw("sent", "", "> Content-Type: application/json\n\n{\"a\":1}\n", "> Content-Type: application/json\n\n{\"a\":2}\n")
	if draw("gone", "no", "no", "no", "yes") == "yes" {
		text += "* failure client-gone peer=client \"gone\"\n"
	} else {
		text += "< HTTP/1.1 " + draw("status", "200", "200", "201", "204", "400", "401", "404", "405", "409", "429", "500", "503") + "\n"
		text += draw("field", "", "< Location: /items/9\n", "< Strict-Transport-Security: x\n", "< Cookie: a=1\n")
		text += "< Content-Type: application/json\n\n"
		text += draw("body", `{"id":1}`, `{"message":"no user 7 here"}`, `{"error":{"code":"NO_USER","message":"no"}}`, `{"code":"NO_USER","message":"x"}`) + "\n"
	}
	text += "* timing first-byte=" + draw("wait", "5ms", "90ms", "1500ms", "4s") + " end=" + draw("took", "1s", "2s", "5s") + "\n"
	xs, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return xs[0]
}

// TestANoteMovesToTheEarlierExchange: each host and endpoint has its note once.
func TestANoteMovesToTheEarlierExchange(t *testing.T) {
	call := func(id, second int) *exchange.Exchange {
		return parse(t, fmt.Sprintf("* id %d\n* at 2026-11-22T14:00:%02dZ\n> GET http://api.test/items/%d HTTP/1.1\n< HTTP/1.1 405", id, second, id))[0]
	}
	i := New(Options{})
	has := map[exchange.ID]bool{}
	for _, x := range []*exchange.Exchange{call(3, 30), call(2, 20), call(1, 10), call(4, 40)} {
		for _, u := range i.Observe(x) {
			has[u.Exchange] = false
			for _, f := range u.Findings {
				has[u.Exchange] = has[u.Exchange] || f.Rule == "status-405-no-allow"
			}
		}
	}
	if !has[1] || has[2] || has[3] || has[4] {
		t.Errorf("the note is on %v, not on exchange 1 alone", has)
	}
}

func TestNotesAreBounded(t *testing.T) {
	n := newHostNotes()
	for i := range 2 * maxKeys {
		x := &exchange.Exchange{
			ID: exchange.ID(i + 1), URL: fmt.Sprintf("http://h%d.test/", i), Start: time.Unix(int64(i), 0),
			Request: exchange.Message{Method: "GET", Body: exchange.Body{Data: make([]byte, 16<<10)}},
		}
		n.keep(x, []exchange.Finding{{Rule: "token-in-url"}, {Rule: "hsts-invalid"}})
	}
	if len(n.entries) > maxKeys || n.bytes > maxBytes || len(n.held) > maxKeys || n.recent.Len() != len(n.entries) {
		t.Errorf("%d notes of %d bytes, held by %d", len(n.entries), n.bytes, len(n.held))
	}
}
