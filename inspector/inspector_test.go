package inspector

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
	"httpwhy/inspector/transcript"
)

func parse(t testing.TB, text string) []*exchange.Exchange {
	t.Helper()
	xs, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return xs
}

// TestAnyOrder draws traffic of few clients, URLs and moments, so that much of
// it is related, and observes it in two orders.
func TestAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(rt, "n")
		xs := make([]*exchange.Exchange, n)
		for i := range xs {
			xs[i] = drawExchange(rt, exchange.ID(i+1))
		}
		shuffled := rapid.Permutation(xs).Draw(rt, "order")
		a, b := findingsOf(xs), findingsOf(shuffled)
		for id := range a {
			if !reflect.DeepEqual(a[id], b[id]) {
				rt.Fatalf("exchange %d:\n%+v\n%+v\nof\n%s", id, a[id], b[id], transcript.Print(xs...))
			}
			checkSet(rt, a[id])
		}
	})
}

// checkSet checks what holds for all findings of one exchange.
func checkSet(t *rapid.T, fs []exchange.Finding) {
	for i, f := range fs {
		if f.Primary != (i == 0 && !isNote(f)) {
			t.Fatalf("finding %d of %d: primary %v", i, len(fs), f.Primary)
		}
		if i > 0 && fs[i-1].Severity.Rank() < f.Severity.Rank() {
			t.Fatal("findings are not ordered by severity")
		}
		if !slices.IsSorted(f.Related) {
			t.Fatalf("related %v is not ascending", f.Related)
		}
	}
}

func drawExchange(t *rapid.T, id exchange.ID) *exchange.Exchange {
	paths := []string{"/a", "/b", "/login", "/c"}
	text := fmt.Sprintf("* id %d\n* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:%d\n", id, rapid.IntRange(0, 12).Draw(t, "second"), 5000+id)
	method := rapid.SampledFrom([]string{"GET", "GET", "POST", "OPTIONS"}).Draw(t, "method")
	text += fmt.Sprintf("> %s http://app.test%s HTTP/1.1\n> User-Agent: Mozilla/5.0\n", method, rapid.SampledFrom(paths).Draw(t, "path"))
	if rapid.Bool().Draw(t, "origin") {
		text += "> Origin: http://page.test\n"
		if method == "OPTIONS" {
			text += "> Access-Control-Request-Method: POST\n"
		}
	}
	if rapid.Bool().Draw(t, "cookie") {
		text += "> Cookie: sid=1\n"
	}
	status := rapid.SampledFrom([]int{200, 204, 301, 302, 302, 401, 429, 500}).Draw(t, "status")
	text += fmt.Sprintf("< HTTP/1.1 %d\n", status)
	if status/100 == 3 {
		text += "< Location: " + rapid.SampledFrom(paths).Draw(t, "location") + "\n"
	}
	if rapid.Bool().Draw(t, "allowed") {
		text += "< Access-Control-Allow-Origin: *\n"
	}
	if status == 429 {
		text += "< Retry-After: 5\n"
	}
	text += fmt.Sprintf("* took %dms\n", rapid.SampledFrom([]int{5, 900, 3000}).Draw(t, "took"))
	xs, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return xs[0]
}

// TestTogetherAsOneByOne: exchanges that are observed together get the findings
// that they get one by one.
func TestTogetherAsOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		xs := make([]*exchange.Exchange, rapid.IntRange(2, 40).Draw(rt, "n"))
		for i := range xs {
			xs[i] = drawExchange(rt, exchange.ID(i+1))
		}
		alone, together := findingsOf(xs), map[exchange.ID][]exchange.Finding{}
		i := New(Options{})
		for _, u := range append(i.Observe(xs...), i.Flush()...) {
			together[u.Exchange] = u.Findings
		}
		for id := range alone {
			if !reflect.DeepEqual(alone[id], together[id]) {
				rt.Fatalf("exchange %d:\n%+v\n%+v\nof\n%s", id, alone[id], together[id], transcript.Print(xs...))
			}
		}
	})
}

func TestActiveExchangesAreLeftAlone(t *testing.T) {
	x := parse(t, "> GET http://h.test/ HTTP/1.1\n< HTTP/1.1 500")[0]
	x.State = exchange.Active
	if got := New(Options{}).Observe(x); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestAPanickingRuleIsContained(t *testing.T) {
	bad := &rules.Rule{ID: "bad", Family: rules.Security, Check: func(*rules.Case) *rules.Finding { panic("oops") }}
	i := New(Options{Rules: append([]*rules.Rule{bad}, rules.All()...)})
	us := i.Observe(parse(t, "> GET http://h.test/ HTTP/1.1\n< HTTP/1.1 500")[0])
	if len(us) != 1 || len(us[0].Findings) != 2 || us[0].Findings[0].Rule != "internal-server-error" || us[0].Findings[1].Rule != "bad" {
		t.Errorf("got %+v", us)
	}
}

// TestCauseBeforeSymptom: what hides the status comes first, then the status's
// own cause.
func TestCauseBeforeSymptom(t *testing.T) {
	xs := parse(t, `> GET http://api.test/ HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/html

<html><body><h1>502 Bad Gateway</h1>
The server returned an invalid or incomplete response.
</body></html>`)
	fs := findingsOf(xs)[1]
	if len(fs) != 2 || fs[0].Rule != "cors-masks-error-status" || fs[1].Rule != "gateway-bad-upstream-response" {
		t.Errorf("got %+v", fs)
	}
}

// TestSyntheticAnswerIsNoEvidence: the cause is the failure, whatever httpwhy
// answered to the client.
func TestSyntheticAnswerIsNoEvidence(t *testing.T) {
	xs := parse(t, `> GET http://api.test/ HTTP/1.1
> User-Agent: Mozilla/5.0
> Origin: http://page.test
* failure connect-refused 127.0.0.1:3001 "connection refused"
< HTTP/1.1 502 Bad Gateway
< Content-Type: text/plain

upstream request timeout
* synthetic`)
	fs := findingsOf(xs)[1]
	if len(fs) != 1 || fs[0].Rule != "connection-refused" {
		t.Errorf("got %+v", fs)
	}
}

// TestEveryFailureIsNamed: no kind of failure goes without a finding.
func TestEveryFailureIsNamed(t *testing.T) {
	for _, kind := range []exchange.FailureKind{
		exchange.DNSNotFound, exchange.DNSTimeout, exchange.DNSFailed, exchange.ConnectRefused, exchange.ConnectTimeout,
		exchange.ConnectUnreachable, exchange.ConnectFailed, exchange.UpstreamProxyRefused, exchange.TLSExpired,
		exchange.TLSNotYetValid, exchange.TLSWrongHost, exchange.TLSSelfSigned, exchange.TLSIncompleteChain, exchange.TLSUnknownCA,
		exchange.TLSCertificateInvalid, exchange.TLSVersion, exchange.TLSHandshake, exchange.TLSClientCertRequired, exchange.TLSALPN,
		exchange.TLSUnrecognizedName, exchange.TLSNotTLS, exchange.TLSTimeout, exchange.ClientRejectsCA, exchange.ClientTLSHandshake,
		exchange.ClientTLSNoSharedAny, exchange.EmptyReply, exchange.ConnectionReset, exchange.WriteFailed, exchange.ResponseTimeout,
		exchange.MalformedResponse, exchange.MalformedRequest, exchange.ResponseHeadTooLarge, exchange.ResponseHeadTruncated,
		exchange.BodyTruncated, exchange.ChunkedInvalid, exchange.ContentLengthConflict, exchange.StreamReset, exchange.ClientGone,
		exchange.ProxyLoop, exchange.Interrupted, exchange.Other,
	} {
		for _, url := range []string{"api.test:443", "http://api.test/", "https://[::1]:8443/x", "::", ""} {
			x := &exchange.Exchange{ID: 1, State: exchange.Failed, URL: url, Failure: &exchange.Failure{Kind: kind, Alert: -1, Expected: -1, Message: "it failed"}}
			fs := New(Options{}).Observe(x)[0].Findings
			if len(fs) != 1 || fs[0].Family != "transport" && fs[0].Family != "client" || fs[0].Verdict == "" {
				t.Errorf("%s %q: got %+v", kind, url, fs)
			}
		}
	}
}

func TestLoopGrowsAndEnds(t *testing.T) {
	hop := func(id int, path, cookie, status, location string) *exchange.Exchange {
		text := fmt.Sprintf("* id %d\n* at 2026-11-22T14:00:%02dZ\n* client 127.0.0.1:5000\n> GET http://app.test%s HTTP/1.1\n", id, id, path)
		if cookie != "" {
			text += "> Cookie: " + cookie + "\n"
		}
		text += "< HTTP/1.1 " + status + "\n"
		if location != "" {
			text += "< Location: " + location + "\n"
		}
		return parse(t, text)[0]
	}
	i := New(Options{})
	loops := map[exchange.ID]bool{}
	observe := func(x *exchange.Exchange) {
		for _, u := range i.Observe(x) {
			loops[u.Exchange] = len(u.Findings) > 0 && u.Findings[0].Rule == "redirect-loop"
		}
	}
	for n := range 8 {
		path, next := "/a", "/b"
		if n%2 == 1 {
			path, next = "/b", "/a"
		}
		observe(hop(n+1, path, "", "302", next))
	}
	for id := range exchange.ID(8) {
		if loops[id+1] != (id+1 == 8) {
			t.Errorf("hop %d: loop %v; only the last hop carries it", id+1, loops[id+1])
		}
	}
	observe(hop(9, "/a", "", "200", ""))
	for id, loop := range loops {
		if loop {
			t.Errorf("hop %d still carries a loop although the chain ended in 200", id)
		}
	}
}

// BenchmarkLoop measures a loop that the client follows 50 times.
func BenchmarkLoop(b *testing.B) {
	x := parse(b, "* client 127.0.0.1:5000\n> GET http://h.test/a HTTP/1.1\n< HTTP/1.1 302 Found\n< Location: /b")[0]
	y := parse(b, "* client 127.0.0.1:5000\n> GET http://h.test/b HTTP/1.1\n< HTTP/1.1 302 Found\n< Location: /a")[0]
	for range b.N {
		i := New(Options{})
		for n := range 50 {
			z := *x
			if n%2 == 1 {
				z = *y
			}
			z.ID, z.Start = exchange.ID(n+1), time.Unix(int64(n), 0)
			i.Observe(&z)
		}
	}
}
