package status

const nginxSSL = "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#errors"

// nginxPage is the content that nginx 400 sends for its own codes.
func nginxPage(why string) string {
	return "HTTP/1.1 400 Bad Request\nServer: nginx\nContent-Type: text/html\nConnection: close\n\n" +
		"<html>\r\n<head><title>400 " + why + "</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n" +
		"<center>" + why + "</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
}

// nginx holds the numbers that nginx uses inside: none of them leaves it. 494 to
// 497 are for error_page; without one they are sent and logged as 400 (nginx
// 1.22). 444 and 499 are logged and have no response at all.
var nginx = []Code{
	{
		Number: 444, Phrase: "No Response", OtherNames: []string{"Connection Closed Without Response"},
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "nginx, in its log", Wire: LogOnly,
		Meaning: "nginx closed the connection without an answer, because its configuration says return 444.",
		Causes: []string{
			"the default server drops requests for unknown host names",
			"a rule against scanners and bots",
		},
		SpecServer: noSpec,
		SpecClient: "None: no response arrives.",
		Fields:     []string{"Host", "User-Agent"},
		Retry:      RetryNever, RetryHow: "No. The rule matches again.",
		NextClient: "You see an empty reply or a reset. Check the host name and User-Agent.",
		NextServer: "Search the configuration for return 444.",
		Confused: []Confusion{
			{499, "the client closed, not nginx"},
			{0, "what the client sees"},
		},
		Examples: blocks(
			"GET / HTTP/1.1\nHost: 203.0.113.9",
			"203.0.113.7 - - [22/Nov/2025:10:00:00 +0000] \"GET / HTTP/1.1\" 444 0 \"-\" \"curl/8.5.0\""),
		Reference: Reference{"nginx, return", "https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return"},
	},
	{
		Number: 494, Phrase: "Request Header Too Large",
		Topics: []Topic{Unofficial, RequestIsWrong}, UsedBy: "nginx, in error_page only; its access log says 400 too", Wire: As400,
		Meaning: "A header line or the whole header is larger than nginx's buffers. The client gets 400 \"Request Header Or Cookie Too Large\".",
		Causes: []string{
			"cookies piled up",
			"a very large token in Authorization",
		},
		SpecServer: "None: not a registered code. 431 is the standard one.",
		SpecClient: "None; treat the 400 as 431.",
		Fields:     []string{"Cookie", "Authorization"},
		Retry:      RetryChanged, RetryHow: "With a smaller header.",
		NextClient: "Delete the site's cookies; sort the fields by size.",
		NextServer: "Raise large_client_header_buffers (4 of 8 kB each unless set); shrink the cookies.",
		Confused: []Confusion{
			{431, "the registered code for it"},
			{400, "what is sent instead"},
		},
		Examples: blocks(
			"GET / HTTP/1.1\nCookie: session=imagine-9-kB-here",
			nginxPage("Request Header Or Cookie Too Large")),
		Reference: Reference{"nginx, large_client_header_buffers", "https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers"},
	},
	{
		Number: 495, Phrase: "SSL Certificate Error",
		Topics: []Topic{Unofficial, Authentication}, UsedBy: "nginx, in error_page only; its access log says 400 too", Wire: As400,
		Meaning: "The client's TLS certificate failed verification. The client gets 400 \"The SSL certificate error\".",
		Causes: []string{
			"the client certificate expired",
			"it was issued by a CA that is not in ssl_client_certificate",
			"the chain is longer than ssl_verify_depth",
		},
		SpecServer: noSpec,
		SpecClient: "None; treat the 400 as 401 for certificates.",
		Retry:      RetryChanged, RetryHow: "With a valid client certificate.",
		NextClient: "Check the certificate's dates and issuer: openssl x509 -in client.pem -noout -dates -issuer.",
		NextServer: "Read the error log: it has the verification error.",
		Confused: []Confusion{
			{496, "no certificate was sent"},
			{526, "Cloudflare: the origin's certificate is not valid"},
		},
		Examples: blocks(
			"GET / HTTP/1.1",
			nginxPage("The SSL certificate error"),
			curl("curl -i --cert expired.pem --key client.key 'https://api.example.test/'")),
		Reference: Reference{"nginx, errors in TLS", nginxSSL},
	},
	{
		Number: 496, Phrase: "SSL Certificate Required",
		Topics: []Topic{Unofficial, Authentication}, UsedBy: "nginx, in error_page only; its access log says 400 too", Wire: As400,
		Meaning: "nginx demands a client certificate and got none. The client gets 400 \"No required SSL certificate was sent\".",
		Causes: []string{
			"the client is not set up with its certificate",
			"a proxy on the way ends TLS, so the certificate does not get through",
		},
		SpecServer: noSpec,
		SpecClient: "None; treat the 400 as 401 for certificates.",
		Retry:      RetryChanged, RetryHow: "With a client certificate.",
		NextClient: "Configure certificate and key. An intercepting proxy cannot pass yours on by itself.",
		NextServer: "ssl_verify_client optional lets others in.",
		Confused:   []Confusion{{495, "a certificate was sent, and is not valid"}},
		Examples: blocks(
			"GET / HTTP/1.1",
			nginxPage("No required SSL certificate was sent")),
		Reference: Reference{"nginx, errors in TLS", nginxSSL},
	},
	{
		Number: 497, Phrase: "HTTP Request Sent to HTTPS Port",
		Topics: []Topic{Unofficial, RequestIsWrong}, UsedBy: "nginx, in error_page only; its access log says 400 too", Wire: As400,
		Meaning: "Plain HTTP reached a port that expects TLS. The client gets 400 \"The plain HTTP request was sent to HTTPS port\".",
		Causes: []string{
			"http:// with port 443 in a base URL",
			"a gateway ends TLS and speaks plain HTTP to the upstream's TLS port",
		},
		SpecServer: noSpec,
		SpecClient: "None.",
		Retry:      RetryChanged, RetryHow: "With https://.",
		NextClient: "Change http:// to https:// in the base URL.",
		NextServer: "error_page 497 =308 https://$host:$server_port$request_uri; redirects such requests.",
		Confused:   []Confusion{{400, "what is sent instead"}},
		Examples: blocks(
			"GET / HTTP/1.1\nHost: api.example.test:443",
			nginxPage("The plain HTTP request was sent to HTTPS port"),
			curl("curl -i 'http://api.example.test:443/'")),
		Reference: Reference{"nginx, errors in TLS", nginxSSL},
	},
	{
		Number: 499, Phrase: "Client Closed Request", OtherNames: []string{"Token Required"},
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "nginx and Traefik, in their logs; Esri for \"token required\"", Wire: LogOnly,
		Meaning: "The client closed the connection before the answer was ready. In Esri's APIs the number means that a token is required.",
		Causes: []string{
			"the client's timeout is shorter than the work takes",
			"the user left the page or pressed stop",
			"a load balancer before nginx gave up first",
		},
		SpecServer: noSpec,
		SpecClient: "None: the client is gone.",
		Retry:      RetryIdempotent, RetryHow: "With a longer timeout. The server may have done the work.",
		NextClient: "Compare the duration with your own timeout.",
		NextServer: "Look for requests that end at the same duration: it is the client's timeout. Make the work faster or answer 202.",
		Confused: []Confusion{
			{408, "the server gave up on the client"},
			{504, "the gateway gave up on the upstream"},
			{460, "AWS: the same in its log"},
		},
		Examples: blocks(
			"GET /v1/report HTTP/1.1",
			"203.0.113.7 - - [22/Nov/2025:10:00:30 +0000] \"GET /v1/report HTTP/1.1\" 499 0 \"-\" \"curl/8.5.0\"",
			curl("curl -i --max-time 1 'https://api.example.test/v1/report'")),
		Reference: Reference{"nginx, proxy_ignore_client_abort", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_client_abort"},
	},
}
