package tap

import (
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

const get = "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n"

func TestHTTP1(t *testing.T) {
	sniffed, known := Config{}, Config{Protocol: "http/1.1"}
	cleartext := Config{Protocol: "http/1.1", Scheme: "http", Authority: "a.test:80"}
	for _, test := range []struct {
		name   string
		cfg    Config
		events []event
		want   string
	}{
		{"content length", known, []event{
			client(get), server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
			client("GET /y HTTP/1.1\r\nhost: A.test:443\r\n\r\n"), server("HTTP/1.1 204\r\n\r\n"), client(eof), server(eof),
		}, `
GET https://a.test/x -> 200 "hello" complete
GET https://A.test:443/y -> 204 "" none
`},
		{"sniffed, absolute form, no Host", sniffed, []event{
			client("GET http://b.test/%7Ex?q HTTP/1.1\r\nHost: b.test\r\n\r\n"), server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
			client("OPTIONS * HTTP/1.0\r\n\r\n"), server("HTTP/1.0 200 OK\n\nxyz"), server(eof), client(eof),
		}, `
GET http://b.test/%7Ex?q -> 200 "" none
OPTIONS https://a.test -> 200 "xyz" complete closed:server
`},
		{"chunked with extensions and trailers, both ways", known, []event{
			client("POST /x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-T: 1\r\n\r\n"),
			server("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5\nhello\nA \r\n0123456789\r\n000\r\nX-A:  v \r\nx-b:w\r\n\r\n"),
			client(eof), server(eof),
		}, `
POST https://a.test/x (3 complete) -> 200 "hello0123456789" complete trailer [{X-A v} {x-b w}]
`},
		{"chunked and a length", known, []event{
			client(get), server("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
		}, `
GET https://a.test/x -> 200 "a" complete #the response has Content-Length and Transfer-Encoding; the latter decides
`},
		{"equal lengths", known, []event{
			client(get), server("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nab"),
		}, `
GET https://a.test/x -> 200 "ab" complete
`},
		{"conflicting lengths", known, []event{
			client(get), server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab"),
		}, `
GET https://a.test/x -> 200 "" none !content-length-conflict by server: the length of the response is not clear: the Content-Length fields differ
`},
		{"205 cut, which only browsers take for whole", known, []event{
			client(get), server("HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n"), server(eof),
		}, `
GET https://a.test/x -> 205 "" none !body-truncated by server: the server closed the connection inside the response body, after 0 bytes of it closed:server
`},
		{"205 of a browser", known, []event{
			client("GET /x HTTP/1.1\r\nHost: a.test\r\nUser-Agent: Mozilla/5.0\r\n\r\n"),
			server("HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n"), server(eof),
		}, `
GET https://a.test/x -> 205 "" none closed:server
`},
		{"HEAD and 304", known, []event{
			client("HEAD /x HTTP/1.1\r\nHost: a.test\r\n\r\n"), server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
			client(get), server("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
		}, `
HEAD https://a.test/x -> 200 "" none
GET https://a.test/x -> 304 "" none
`},
		{"pipelined with interim responses", known, []event{
			client(get + get), server("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nb"),
		}, `
GET https://a.test/x [103] -> 200 "a" complete
GET https://a.test/x [100] -> 404 "b" complete
`},
		{"expect continue", known, []event{
			client("PUT /x HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"), server("HTTP/1.1 100 Continue\r\n\r\n"),
			client("abc"), server("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
		}, `
PUT https://a.test/x (3 complete) [100] -> 201 "" none
`},
		{"early answer, the upload goes on", known, []event{
			client("PUT /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 6\r\n\r\nabc"), server("HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n"),
			client("def" + get), server("HTTP/1.1 204 No Content\r\n\r\n"),
		}, `
PUT https://a.test/x (6 complete) -> 413 "" none
GET https://a.test/x -> 204 "" none
`},
		{"early answer, the upload ends", known, []event{
			client("PUT /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 6\r\n\r\nabc"), server("HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n"),
			client(eof), server(eof),
		}, `
PUT https://a.test/x (3 interrupted) -> 413 "" none closed:client #the connection ended before the request did; the answer was complete by then
`},
		{"lenient", known, []event{
			client("\r\nGET  /a b  HTTP/1.1\nHost: a.test\nX-Fold: a\n  b\nbroken\n\n"),
			server("\r\nHTTP/1.1 2000\nName : v\nContent-Length:3\n\nabc"),
			client(get), server("HTTP/1.1 999 Request Denied\r\nContent-Length: 0\r\n\r\n"),
		}, `
GET https://a.test/a b -> 2000 "abc" complete #folded over lines, which is obsolete, is the field "X-Fold" #a field line has no colon: "broken" #white space around the field name "Name"
GET https://a.test/x -> 999 "" none
`},
		{"empty reply", known, []event{client(get), server(eof), client(eof)}, `
GET https://a.test/x !empty-reply by server: the server closed the connection without a response closed:server
`},
		{"the server had closed before", known, []event{
			client(get), server("HTTP/1.1 204 No\r\n\r\n"), server(eof), client(get), client(eof),
		}, `
GET https://a.test/x -> 204 "" none
GET https://a.test/x !empty-reply by server: the server closed the connection without a response closed:server #the server had closed the connection before the request came
`},
		{"client gone while waiting", known, []event{client(get), client(eof), server(eof)}, `
GET https://a.test/x !client-gone by client: the client closed the connection without a response closed:client
`},
		{"client resets in the body", known, []event{
			client(get), server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"), broken(exchange.ClientPeer), server(eof),
		}, `
GET https://a.test/x -> 200 "he" interrupted !client-gone by client: read: connection reset by peer (after 2 of 5 bytes of the response body) closed:client
`},
		{"a TLS client that is gone is not answered", known, []event{
			client(get), client(eof), server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), server(eof),
		}, `
GET https://a.test/x !client-gone by client: the client closed the connection without a response closed:client
`},
		{"half-closed client is answered", cleartext, []event{
			client(get), client(eof), server("HTTP/1.1 200 OK\r\n\r\nall of it"), server(eof),
		}, `
GET http://a.test/x -> 200 "all of it" complete closed:client #the client closed its side before the answer was complete; whether it read the rest is not known
`},
		{"server resets while awaited", known, []event{client(get), broken(exchange.ServerPeer), client(eof)}, `
GET https://a.test/x !connection-reset by server: read: connection reset by peer (without a response) closed:server
`},
		{"cut in the head", known, []event{client(get), server("HTTP/1.1 200 OK\r\nCont"), server(eof), client(eof)}, `
GET https://a.test/x !response-head-truncated by server: the server closed the connection inside the head of the response closed:server
`},
		{"client has enough of a head", known, []event{
			client(get), server("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 20_000)), broken(exchange.ClientPeer), server(eof),
		}, `
GET https://a.test/x !response-head-too-large by client: the client closed the connection after 20020 bytes of the response head, which went on closed:client
`},
		{"cut in a fixed body", known, []event{client(get), server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"), server(eof), client(eof)}, `
GET https://a.test/x -> 200 "he" interrupted !body-truncated by server: the server closed the connection after 2 of 5 bytes of the response body closed:server
`},
		{"cut in a chunked body", known, []event{client(get), server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"), server(eof), client(eof)}, `
GET https://a.test/x -> 200 "he" interrupted !body-truncated by server: the server closed the connection inside the response body, after 2 bytes of it closed:server
`},
		{"not HTTP from the server", known, []event{client(get), server("SSH-2.0-x\r\n"), server(eof), client(eof)}, `
GET https://a.test/x !malformed-response by server: the server sent what is no HTTP/1 response: "SSH-2.0-x"
`},
		{"a piece that is not HTTP", known, []event{client(get), server("\x15\x03\x01\x00\x02\x02\x46"), server(eof), client(eof)}, `
GET https://a.test/x !malformed-response by server: the server sent what is no HTTP/1 response: "\x15\x03\x01\x00\x02\x02F"
`},
		{"bad chunk size", known, []event{client(get), server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\nxyz\r\n")}, `
GET https://a.test/x -> 200 "he" interrupted !chunked-invalid by server: the chunked response body is not valid after 2 bytes of it: a chunk size is not a hexadecimal number
`},
		{"no HTTP in a tunnel", sniffed, []event{client("\x10\x0c\x00\x04MQTT"), server("\x20\x02\x00\x00"), client(eof), server(eof)}, `
CONNECT a.test:443 (8 not recorded) -> 200 "" not recorded client:data:"\x10\f\x00\x04MQTT" server:data:" \x02\x00\x00" closed:client #the connection does not speak HTTP #8 bytes from the client and 4 bytes from the server passed unread
`},
		{"a server that speaks first", sniffed, []event{server("220 smtp\r\n"), client("EHLO\r\n"), server(eof), client(eof)}, `
CONNECT a.test:443 (6 not recorded) -> 200 "" not recorded server:data:"220 smtp\r\n" client:data:"EHLO\r\n" closed:server #the connection does not speak HTTP #6 bytes from the client and 10 bytes from the server passed unread
`},
		{"malformed request", known, []event{client(get), server("HTTP/1.1 204 No\r\n\r\n"), client("\x00\x01\r\n\r\n"), client(eof), server(eof)}, `
GET https://a.test/x -> 204 "" none
 a.test:443 !malformed-request by client: the client sent what is no HTTP/1 request line: "\x00\x01"
`},
		{"half a request", cleartext, []event{client("GET /x HTTP/1.1\r\nHost: a.te"), client(eof), server("HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n"), server(eof)}, `
GET http://a.te/x -> 408 "" none closed:client #the client closed its side inside the request head #the connection ended before the request did; the answer was complete by then
`},
		{"408 on an idle connection", known, []event{server("HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n"), server(eof), client(eof)}, `
 a.test:443 -> 408 "" none #the server answered without a request
`},
		{"other upgrade, client eager", known, []event{
			client("GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: raw\r\n\r\nhello"),
			server("HTTP/1.1 101 Switching\r\nUpgrade: raw\r\n\r\nworld"), client("!"), server(eof), client(eof),
		}, `
GET https://a.test/x -> 101 "" none client:data:"hello" server:data:"world" client:data:"!" closed:server #6 bytes from the client and 5 bytes from the server passed unread
`},
		{"upgrade refused", known, []event{
			client("GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + get),
			server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 204 No\r\n\r\n"),
		}, `
GET https://a.test/x -> 200 "a" complete
GET https://a.test/x -> 204 "" none
`},
		{"events", known, []event{
			client(get), server("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\ndata: 1\n\n: ping\n\ndata:2\r\ndata\r\n\r\nevent: x\rid: 3\rdata: 3\r\rdata: cut"), server(eof), client(eof),
		}, `
GET https://a.test/x -> 200 "data: 1\n\n: ping\n\ndata:2\r\ndata\r\n\r\nevent: x\rid: 3\rdata: 3\r\rdata: cut" complete server:event:"data: 1\n" server:event:"data:2\ndata\n" server:event:"event: x\nid: 3\ndata: 3\n" closed:server
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := summary(everyWay(t, test.cfg, test.events))
			if got != strings.TrimPrefix(test.want, "\n") {
				t.Errorf("got\n%s\nwant%s", got, test.want)
			}
		})
	}
}
