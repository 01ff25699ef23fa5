package inspector

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
)

// traffic are the kinds of exchanges of the benchmarks; the number before each
// is its share.
type traffic []struct {
	share int
	text  string
}

const (
	healthyGet = `* client 127.0.0.1:5000
> GET https://api.test/items/7?page=2 HTTP/1.1
> Host: api.test
> User-Agent: curl/8.5.0
> Accept: application/json
< HTTP/1.1 200 OK
< Content-Type: application/json

`
	crossOriginGet = `* client 127.0.0.1:5001
> GET http://api.test/items?page=2 HTTP/1.1
> Host: api.test
> User-Agent: Mozilla/5.0 (X11; Linux x86_64)
> Accept: application/json
> Origin: http://page.test
> Sec-Fetch-Mode: cors
> Cookie: sid=abcdefghijklmnopqrstuvwxyz0123456789
< HTTP/1.1 200 OK
< Content-Type: application/json
< Access-Control-Allow-Origin: http://page.test
< Access-Control-Allow-Credentials: true
< Cache-Control: no-store

{"items":[{"id":1,"name":"one"},{"id":2,"name":"two"}]}`
	notFound = `* client 127.0.0.1:5000
> GET http://api.test/items/7 HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"error":"no such item"}`
	errorPage = `* client 127.0.0.1:5000
> GET http://app.test/items/7 HTTP/1.1
> User-Agent: curl/8.5.0
< HTTP/1.1 %d Failed
< Content-Type: text/html

`
)

func page(status int) string {
	return fmt.Sprintf(errorPage, status) + "<html><body>" + strings.Repeat("<p>The quick brown fox is not allowed to jump over 7 lazy dogs.</p>\n", 960) + "</body></html>"
}

func kilobyte() string {
	return healthyGet + `{"items":[` + strings.Repeat(`{"id":1,"name":"one","tags":["a","b"]},`, 25) + `{}]}`
}

// BenchmarkObserve measures the diagnosis of one exchange, and reports the
// median and the 99th percentile.
func BenchmarkObserve(b *testing.B) {
	for name, kinds := range map[string]traffic{
		"healthy": {{1, kilobyte()}},
		"mix":     {{9, kilobyte()}, {9, crossOriginGet}, {2, notFound}},
		"page":    {{1, page(500)}, {1, page(403)}, {1, page(404)}},
	} {
		b.Run(name, func(b *testing.B) { benchmarkObserve(b, kinds) })
	}
}

func benchmarkObserve(b *testing.B, kinds traffic) {
	var mix []*exchange.Exchange
	for _, k := range kinds {
		for range k.share {
			mix = append(mix, parse(b, k.text)[0])
		}
	}
	i := New(Options{})
	took := make([]time.Duration, b.N)
	b.ReportAllocs()
	xs := make([]exchange.Exchange, b.N)
	responses := make([]exchange.Message, b.N)
	for n := range xs {
		x := &xs[n]
		*x = *mix[n%len(mix)]
		// The clocks agree.
		x.ID, x.Start = exchange.ID(n+1), time.Unix(int64(n), 0)
		x.Client.Reused = true
		responses[n] = *x.Response
		responses[n].Header = append(exchange.Header{{Name: "Date", Value: x.Start.UTC().Format(http.TimeFormat)}}, x.Response.Header...)
		x.Response = &responses[n]
		x.URL = strings.Replace(x.URL, "/items", fmt.Sprintf("/items/%d", n%500), 1)
	}
	b.ResetTimer()
	for n := range xs {
		began := time.Now()
		i.Observe(&xs[n])
		took[n] = time.Since(began)
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
}
