package tap

import (
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/proxy/record"
)

var (
	benchRequest = "GET /api/items/42?expand=owner HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\r\n" +
		"Accept: application/json\r\nAccept-Encoding: gzip, deflate, br\r\nAuthorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789\r\nCookie: session=0123456789abcdef\r\n\r\n"
	benchResponse = "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nServer: nginx\r\nContent-Type: application/json\r\n" +
		"Content-Length: 1024\r\nCache-Control: no-store\r\nVary: Accept-Encoding\r\n\r\n" + string(make([]byte, 1024))
)

func BenchmarkHTTP1(b *testing.B) {
	c := New(Config{Recorder: record.Discard{}, BodyLimit: -1, Scheme: "https", Authority: "api.example.com:443", Protocol: "http/1.1"})
	req, resp := []byte(benchRequest), []byte(benchResponse)
	at := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		c.Bytes(exchange.ClientPeer, req, at)
		c.Bytes(exchange.ServerPeer, resp, at)
	}
	if c.Requests() < b.N {
		b.Fatal(c.Requests(), c.blind)
	}
}

func BenchmarkHTTP2(b *testing.B) {
	c := New(Config{Recorder: record.Discard{}, BodyLimit: -1, Scheme: "https", Authority: "api.example.com:443", Protocol: "h2"})
	cs, ss := newH2Side(exchange.ClientPeer), newH2Side(exchange.ServerPeer)
	cs.out.WriteString(preface)
	cs.WriteSettings()
	ss.WriteSettings()
	at := time.Now()
	step := func(i int) {
		id := uint32(2*i + 1)
		cs.headers(id, true, ":method= GET\n:scheme= https\n:authority= api.example.com\n:path= /api/items/42?expand=owner\nuser-agent= Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36\n"+
			"accept= application/json\naccept-encoding= gzip, deflate, br\nauthorization= Bearer abcdefghijklmnopqrstuvwxyz0123456789\ncookie= session=0123456789abcdef")
		ss.headers(id, false, ":status= 200\ndate= Mon, 01 Jan 2024 00:00:00 GMT\nserver= nginx\ncontent-type= application/json\ncontent-length= 1024\ncache-control= no-store\nvary= Accept-Encoding")
		ss.WriteData(id, true, make([]byte, 1024))
	}
	step(0)
	c.Bytes(exchange.ClientPeer, cs.out.Bytes(), at)
	c.Bytes(exchange.ServerPeer, ss.out.Bytes(), at)
	cs.out.Reset()
	ss.out.Reset()
	// The tables are full by now: each further exchange has the same bytes but
	// for its stream's number.
	step(1)
	req, resp := cs.out.Bytes(), ss.out.Bytes()
	second := len(resp) - 9 - 1024
	b.ReportAllocs()
	id := uint32(1)
	for b.Loop() {
		id += 2
		putID(req, id)
		putID(resp, id)
		putID(resp[second:], id)
		c.Bytes(exchange.ClientPeer, req, at)
		c.Bytes(exchange.ServerPeer, resp, at)
	}
	if c.Requests() < b.N {
		b.Fatal(c.Requests(), c.blind)
	}
}

func putID(frame []byte, id uint32) {
	frame[5], frame[6], frame[7], frame[8] = byte(id>>24), byte(id>>16), byte(id>>8), byte(id)
}

// BenchmarkBody measures what a large body costs for each byte.
func BenchmarkBody(b *testing.B) {
	for _, limit := range []int64{0, 4 << 20, -1} {
		b.Run(map[int64]string{0: "counted", 4 << 20: "4MiB", -1: "whole"}[limit], func(b *testing.B) {
			c := New(Config{Recorder: keepAll{}, BodyLimit: limit, Scheme: "https", Authority: "a:443", Protocol: "http/1.1"})
			at := time.Now()
			c.Bytes(exchange.ClientPeer, []byte(get), at)
			c.Bytes(exchange.ServerPeer, []byte("HTTP/1.1 200 OK\r\n\r\n"), at)
			p := make([]byte, 16<<10)
			b.SetBytes(int64(len(p)))
			b.ReportAllocs()
			for b.Loop() {
				c.Bytes(exchange.ServerPeer, p, at)
			}
		})
	}
}

type keepAll struct{ record.Discard }

func (keepAll) Spill(_ exchange.ID, _ exchange.Side, p []byte) bool { record.Recycle(p); return true }
