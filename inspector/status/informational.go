package status

// informational holds 1xx: interim responses, always followed by a final one
// (RFC 9110 section 15.2).
var informational = []Code{
	{
		Number: 100, Phrase: "Continue",
		Topics:  []Topic{Interim},
		Meaning: "The server has read the request head and is ready for the content. The final response is still to come.",
		Causes: []string{
			"the client sent Expect: 100-continue and waits for this before it sends the content (curl does so for content over 1 MB)",
			"a gateway answers it by itself, before the origin server has seen the request",
		},
		SpecServer: "Only in answer to Expect: 100-continue, never to an HTTP/1.0 client. It may be left out if the content is already arriving; the final response must follow.",
		SpecClient: "Send the content. Do not wait for a 100 without limit: after a moment send the content anyway. Discard a 100 that was not asked for.",
		Fields:     []string{"Expect"},
		Retry:      NothingToRetry, RetryHow: "The request is under way.",
		NextClient: "Go on and send the content. A stall of about one second before it means that the server ignores Expect: drop the field (curl: -H 'Expect:').",
		NextServer: "Check size, type and credentials before you answer 100; refuse at once with the final 413, 415 or 401.",
		Confused: []Confusion{
			{417, "the server refuses the expectation"},
			{103, "interim too, but with hints for the final response"},
		},
		Examples: blocks(
			"PUT /v1/files/7 HTTP/1.1\nExpect: 100-continue\nContent-Type: text/plain\n\nhello",
			"HTTP/1.1 100 Continue\n\nHTTP/1.1 201 Created\nLocation: /v1/files/7"),
		Reference: rfc(9110, "15.2.1"),
	},
	{
		Number: 101, Phrase: "Switching Protocols",
		Topics:  []Topic{Interim},
		Meaning: "The server agrees to the client's Upgrade field. After the empty line the connection speaks another protocol, mostly WebSocket.",
		Causes: []string{
			"a WebSocket handshake succeeded",
			"an upgrade to another protocol, for example to a container's raw terminal stream",
			"an upgrade to h2c, which RFC 9113 no longer defines",
		},
		SpecServer: "Must send Upgrade with the protocol chosen, one that the client offered, and Connection: upgrade. For WebSocket also Sec-WebSocket-Accept (RFC 6455 section 4.2.2). HTTP/2 and HTTP/3 have no 101.",
		SpecClient: "Must have sent Upgrade and Connection: upgrade. A WebSocket client must check Sec-WebSocket-Accept and close the connection if it is wrong.",
		Fields:     []string{"Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol"},
		Retry:      NothingToRetry, RetryHow: "The upgrade succeeded.",
		NextClient: "If the connection closes right after it, check Sec-WebSocket-Accept, the subprotocol and the extensions that were agreed.",
		NextServer: "Every gateway on the way must forward Upgrade and Connection; they are hop-by-hop and are dropped by default.",
		Confused:   []Confusion{{426, "the server demands an upgrade that the client did not offer"}},
		Examples: blocks(
			"GET /chat HTTP/1.1\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
			"HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
			curl("curl -i --http1.1 --max-time 2 \\\n  -H 'Connection: Upgrade' \\\n  -H 'Upgrade: websocket' \\\n  -H 'Sec-WebSocket-Version: 13' \\\n  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \\\n  'https://api.example.test/chat'")),
		Reference: rfc(9110, "15.2.2"),
	},
	{
		Number: 102, Phrase: "Processing",
		Topics: []Topic{Interim, WebDAV}, Standing: "obsolete", UsedBy: "old WebDAV servers",
		Meaning: "The server has the whole request and is still working on it. It only keeps the client from giving up.",
		Causes: []string{
			"a WebDAV operation on a large collection takes more than about 20 seconds",
			"an application sends it to keep a load balancer's idle timer from firing",
		},
		SpecServer: "Must send a final response afterwards. RFC 4918 dropped the code for want of implementations.",
		SpecClient: "Keep waiting; treat it like any unknown 1xx and read on.",
		Retry:      NothingToRetry, RetryHow: "The request is under way.",
		NextClient: "Wait for the final response.",
		NextServer: "Prefer 202 with the URL of a status monitor for long work.",
		Confused:   []Confusion{{202, "final: the work goes on after the response"}},
		Examples: blocks(
			"COPY /docs/ HTTP/1.1\nDestination: https://api.example.test/archive/\nDepth: infinity",
			"HTTP/1.1 102 Processing\n\nHTTP/1.1 201 Created\nLocation: /archive/"),
		Reference: rfc(2518, "10.1"),
	},
	{
		Number: 103, Phrase: "Early Hints",
		Topics:  []Topic{Interim},
		Meaning: "The server tells which resources the page will need while it still prepares the final response.",
		Causes: []string{
			"a CDN replays the Link fields of an earlier response",
			"a framework (Rails, Node, Go) sends preload hints before it renders the page",
		},
		SpecServer: "Send the Link fields that the final response will probably have, then the final response. Avoid it towards HTTP/1.1 clients that may take it for the final one.",
		SpecClient: "May fetch the hinted resources at once. Must not apply the fields to the 103 itself; the final response decides.",
		Fields:     []string{"Link"},
		Retry:      NothingToRetry, RetryHow: "The request is under way.",
		NextClient: "Read on: the status that counts is that of the final response. A client that stops here has a bug with 1xx.",
		NextServer: "Send it only for navigations over HTTP/2 or HTTP/3; browsers ignore it elsewhere.",
		Confused:   []Confusion{{100, "asks for the content of the request"}},
		Examples: blocks(
			"GET /shop HTTP/1.1",
			"HTTP/1.1 103 Early Hints\nLink: </style.css>; rel=preload; as=style\n\nHTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\nLink: </style.css>; rel=preload; as=style\n\n<!doctype html><title>Shop</title>",
			golang("w.Header().Set(\"Link\", \"</style.css>; rel=preload; as=style\")\nw.WriteHeader(http.StatusEarlyHints)\nw.Header().Set(\"Content-Type\", \"text/html; charset=utf-8\")\nw.WriteHeader(http.StatusOK)")),
		Reference: rfc(8297, "2"),
	},
	{
		Number: 104, Phrase: "Upload Resumption Supported",
		Topics: []Topic{Interim}, Standing: "temporary", UsedBy: "servers of the resumable uploads draft",
		Meaning: "The server supports resumable uploads: if this one breaks, the client can go on at the URL in Location.",
		Causes: []string{
			"the client offered a resumable upload (Apple's URLSession does so since iOS 17)",
			"an upload library follows the draft on both sides",
		},
		SpecServer: "A draft, not yet an RFC: send Location with the URL of the upload resource, then the final response. The registration is temporary: it runs until 2026-11-13 unless it is extended.",
		SpecClient: "Keep the Location until the upload is done. A client that does not know the code ignores it like any 1xx.",
		Fields:     []string{"Location", "Upload-Draft-Interop-Version", "Upload-Complete", "Upload-Offset"},
		Retry:      NothingToRetry, RetryHow: "The upload is under way. If it breaks, ask the URL in Location for its offset and send the rest.",
		NextClient: "Nothing, unless you want to resume: then keep the URL.",
		NextServer: "Send it as soon as the upload resource exists, before the content has arrived.",
		Confused:   []Confusion{{100, "asks for the content, promises nothing about resuming"}},
		Examples: blocks(
			"POST /upload HTTP/1.1\nUpload-Draft-Interop-Version: 6\nUpload-Complete: ?1\nContent-Type: text/plain\n\nhello",
			"HTTP/1.1 104 Upload Resumption Supported\nUpload-Draft-Interop-Version: 6\nLocation: https://api.example.test/upload/b530ce8f\n\nHTTP/1.1 201 Created\nLocation: https://api.example.test/upload/b530ce8f\nUpload-Complete: ?1"),
		Reference: Reference{
			Name: "draft-ietf-httpbis-resumable-upload",
			URL:  "https://datatracker.ietf.org/doc/draft-ietf-httpbis-resumable-upload/",
		},
	},
}
