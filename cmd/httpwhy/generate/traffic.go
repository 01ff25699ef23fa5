package generate

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// endpoint is one place of the shop. {} in its URL becomes a number below ids,
// so that a capture has some ten thousand different URLs.
type endpoint struct {
	weight int
	method string
	url    string
	ids    int
	status int
	mime   string
	ms     int // median duration
	bytes  int // median size of the content
}

var endpoints = []endpoint{
	{300, "GET", "https://api.shop.example/v1/catalog?page={}", 400, 200, "application/json", 38, 4200},
	{180, "GET", "https://api.shop.example/v1/items/{}", 9000, 200, "application/json", 21, 900},
	{120, "GET", "https://cdn.shop.example/img/products/{}/large.webp", 9000, 200, "image/webp", 12, 38000},
	{60, "GET", "https://cdn.shop.example/static/app.{}.js", 12, 200, "text/javascript", 9, 210000},
	{60, "GET", "https://api.shop.example/v1/catalog/etag", 0, 304, "", 6, 0},
	{60, "GET", "https://api.shop.example/v1/me", 0, 200, "application/json", 21, 402},
	{50, "POST", "https://telemetry.shop.example/v2/events?batch={}", 5000, 204, "", 30, 0},
	{40, "PUT", "https://api.shop.example/v1/carts/{}", 3000, 200, "application/json", 41, 311},
	{30, "OPTIONS", "https://api.shop.example/v1/carts/{}", 3000, 204, "", 3, 0},
	{30, "GET", "https://www.shop.example/account/", 0, 200, "text/html", 19, 8100},
	{20, "POST", "https://id.shop.example/oauth/token", 0, 200, "application/json", 88, 1200},
	{10, "GET", "https://www.shop.example/account", 0, 301, "", 2, 0},
	{10, "GET", "http://localhost:3000/日本語/{}", 40, 200, "text/html", 5, 700},
}

var totalWeight = func() (sum int) {
	for _, e := range endpoints {
		sum += e.weight
	}
	return sum
}()

// next makes the next exchange, and in about four of a hundred cases one that
// failed, with its findings.
func (g *generator) next() (*exchange.Exchange, []exchange.Finding) {
	g.at = g.at.Add(time.Duration(1+g.rand.IntN(900)) * time.Millisecond)
	if g.rand.IntN(100) < 4 {
		f := faults[g.rand.IntN(len(faults))]
		x := g.exchange(f.endpoint)
		return x, f.spoil(g, x)
	}
	pick := g.rand.IntN(totalWeight)
	for _, e := range endpoints {
		if pick -= e.weight; pick < 0 {
			return g.exchange(e), nil
		}
	}
	return g.exchange(endpoints[0]), nil
}

// exchange makes a visit to e that went well.
func (g *generator) exchange(e endpoint) *exchange.Exchange {
	url := e.url
	if e.ids > 0 {
		url = strings.Replace(url, "{}", strconv.Itoa(g.rand.IntN(e.ids)), 1)
	}
	row := exchange.Row{URL: url}
	x := &exchange.Exchange{
		State: exchange.Complete, Mode: exchange.Intercepted, Start: g.at, URL: url,
		Request: exchange.Message{
			Method: e.method, Target: row.Path(), Proto: "HTTP/1.1",
			Header: exchange.Header{{Name: "Host", Value: row.Host()}, {Name: "User-Agent", Value: "shop-web/4.2"}, {Name: "Accept", Value: "*/*"}},
			Body:   exchange.Body{State: exchange.NoBody, Expected: -1},
		},
		Response: &exchange.Message{
			Status: e.status, Proto: "HTTP/1.1",
			Header: exchange.Header{{Name: "Date", Value: g.at.Format("Mon, 02 Jan 2006 15:04:05 GMT")}},
			Body:   exchange.Body{State: exchange.NoBody, Expected: -1},
		},
		Client: exchange.Connection{
			Number: uint64(1 + g.rand.IntN(1000)), Addr: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(40000+g.rand.IntN(200))),
		},
		Server: exchange.Connection{Number: uint64(1 + g.rand.IntN(500)), Addr: netip.MustParseAddrPort("192.0.2.7:443")},
	}
	if e.mime != "" {
		x.Response.Header = append(x.Response.Header, exchange.Field{Name: "Content-Type", Value: e.mime})
		x.Response.Body = g.unkept(e.bytes/2 + g.rand.IntN(e.bytes+1))
	}
	g.time(x, e.ms)
	return x
}

// unkept is a body whose bytes were not kept: a large capture of large bodies
// would measure the disk.
func (g *generator) unkept(size int) exchange.Body {
	return exchange.Body{
		State: exchange.UnrecordedBody, Size: int64(size), Expected: int64(size),
		SHA256: sha256.Sum256([]byte(strconv.Itoa(size))),
	}
}

// kept is a short body.
func kept(s string) exchange.Body {
	return exchange.Body{
		State: exchange.WholeBody, Size: int64(len(s)), Expected: int64(len(s)), Kept: int64(len(s)),
		SHA256: sha256.Sum256([]byte(s)), Data: []byte(s),
	}
}

// time gives x a duration around ms milliseconds.
func (g *generator) time(x *exchange.Exchange, ms int) {
	took := time.Duration(float64(ms) * (0.5 + g.rand.ExpFloat64()) * float64(time.Millisecond))
	x.Timing = exchange.Timing{
		RequestEnd: took / 20, FirstByte: took * 8 / 10, ResponseHead: took*8/10 + time.Microsecond, End: took,
	}
	if took == 0 {
		x.Timing.End = time.Microsecond
	}
}

// refuse makes x one whose server could not be reached.
func refuse(x *exchange.Exchange) {
	message := "connect to 127.0.0.1:9999: connection refused"
	x.State, x.Mode, x.Synthetic = exchange.Failed, exchange.Forward, true
	x.Failure = &exchange.Failure{
		Kind: exchange.ConnectRefused, Peer: exchange.ServerPeer, Message: message, Host: "dev.shop.example", Addr: "127.0.0.1:9999",
		Alert: -1, Expected: -1,
	}
	x.Response.Status, x.Response.Body = 502, kept(fmt.Sprintln(message))
}
