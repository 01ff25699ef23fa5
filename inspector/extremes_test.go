package inspector

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// fieldLimit is about the longest field that a recorder takes for the benchmark
// of extremes, and the content that travels with an exchange.
const fieldLimit = exchange.HeadSize

// extremes are exchanges in which one thing is as large as it can be, and built
// to be expensive, by name.
func extremes() map[string]func(t testing.TB) *exchange.Exchange {
	all := map[string]func(t testing.TB) *exchange.Exchange{}
	values := map[string]string{
		"commas": "a,", "pairs": "a=b;", "quotes": `"`, "backslashes": `\`, "schemes": `Basic a="b", `, "URLs": "http://h.test/ ", "tokens": "eyJ.", "escapes": "%25",
	}
	add := func(name string, status int, edit func(x *exchange.Exchange)) {
		all[name] = func(t testing.TB) *exchange.Exchange {
			x := parse(t, fmt.Sprintf("> POST https://h.test/a/b?x=1 HTTP/1.1\n> Origin: http://p.test\n< HTTP/1.1 %d X\n< Content-Type: application/json", status))[0]
			edit(x)
			return x
		}
	}
	for what, value := range values {
		long := strings.Repeat(value, fieldLimit/len(value))
		for _, name := range []string{
			"Accept", "Authorization", "Cookie", "Origin", "Access-Control-Request-Headers", "Cache-Control", "Content-Type", "If-None-Match", "Range", "Upgrade", "User-Agent", "Forwarded",
		} {
			add("request "+name+" of "+what, 401, func(x *exchange.Exchange) {
				x.Request.Header = append(exchange.Header{{Name: name, Value: long}}, x.Request.Header...)
			})
		}
		for name, status := range map[string]int{
			"Set-Cookie": 200, "Cache-Control": 200, "Vary": 304, "Link": 200, "Content-Disposition": 200, "Strict-Transport-Security": 200, "Via": 502, "Content-Range": 206,
			"WWW-Authenticate": 401, "Location": 302, "Retry-After": 503, "RateLimit": 429, "Allow": 405, "Access-Control-Allow-Headers": 200, "Access-Control-Allow-Origin": 200,
		} {
			add("response "+name+" of "+what, status, func(x *exchange.Exchange) {
				x.Response.Header = append(exchange.Header{{Name: name, Value: long}}, x.Response.Header...)
			})
		}
	}
	add("query", 404, func(x *exchange.Exchange) { x.URL = "https://h.test/?" + strings.Repeat("a=1&token%20=2&", 4000) })
	add("path", 404, func(x *exchange.Exchange) { x.URL = "https://h.test" + strings.Repeat("/a1", 20000) })
	add("cookies", 200, func(x *exchange.Exchange) {
		for i := range 3000 {
			x.Response.Header = append(x.Response.Header, exchange.Field{Name: "Set-Cookie", Value: fmt.Sprintf("c%d=v; Path=/; Max-Age=1; Domain=x.test", i)})
		}
	})
	add("fields", 200, func(x *exchange.Exchange) {
		for i := range 10_000 {
			x.Response.Header = append(x.Response.Header, exchange.Field{Name: fmt.Sprintf("X-%d", i), Value: "v"})
		}
	})
	for what, piece := range map[string]string{
		"brackets": "[", "objects": `{"a":`, "errors": `{"message":"x","field":"y"},`, "Java frames": "\n   at a.b(c.d", "Node frames": "<p a:b js: at x>\n  at foo(",
		"words": "log in token csrf too large limit header key quota retry again wait ", "elements": "<html><script src=http://x.test/a>", "events": "data: {\"error\":1}\n\n",
	} {
		for _, media := range []string{"application/json", "text/html", "text/plain", "text/event-stream"} {
			for _, status := range []int{200, 400, 502} {
				add(fmt.Sprintf("%d %s of %s", status, media, what), status, func(x *exchange.Exchange) {
					content := []byte(strings.Repeat(piece, exchange.HeadSize/len(piece)))
					if what == "errors" {
						content = append(append([]byte(`{"errors":[`), content[:len(content)/2]...), "{}]}"...)
					}
					x.Response.Header[0].Value = media
					x.Response.Body = exchange.Body{State: exchange.WholeBody, Size: int64(len(content)), Data: content}
					x.Request.Body = x.Response.Body
				})
			}
		}
	}
	return all
}

// TestExtremes: no rule fails on an extreme, and what is found is not long.
func TestExtremes(t *testing.T) {
	for name, make := range extremes() {
		x := make(t)
		for _, f := range findingsOf([]*exchange.Exchange{x})[x.ID] {
			if f.Short == "a rule failed" {
				t.Errorf("%s: %s", name, f.Verdict)
			}
			if len(f.Verdict) > 1000 || len(f.Short) > 200 {
				t.Errorf("%s: %s: a verdict of %d bytes", name, f.Rule, len(f.Verdict))
			}
			for _, e := range f.Evidence {
				if len(e.Value) > fieldLimit+1000 {
					t.Errorf("%s: %s: evidence of %d bytes", name, f.Rule, len(e.Value))
				}
			}
		}
	}
}

// BenchmarkExtremes names the extreme that takes longest: the least of three
// times, as other programs run beside it.
func BenchmarkExtremes(b *testing.B) {
	all := extremes()
	for b.Loop() {
		worst, slowest := time.Duration(0), ""
		for name, make := range all {
			least := time.Hour
			for range 3 {
				x, i := make(b), New(Options{})
				start := time.Now()
				i.Observe(x)
				least = min(least, time.Since(start))
			}
			if least > worst {
				worst, slowest = least, name
			}
		}
		b.ReportMetric(float64(worst.Microseconds()), "worst-µs")
		b.Logf("%s: %v", slowest, worst)
	}
}

// addExtremes has the fuzz test of Observe begin with them, too.
func addExtremes(f *testing.F) {
	for _, make := range extremes() {
		f.Add(transcript.Print(make(f)))
	}
}
