package status

const cloudflareDocs = "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/"

// cloudflareCode fills in what the codes between Cloudflare and an origin server
// have in common.
func cloudflareCode(c Code) Code {
	c.Topics = []Topic{Unofficial, Gateway}
	c.UsedBy = "Cloudflare, for sites behind it"
	c.SpecServer = noSpec
	c.SpecClient = as5xx
	c.Fields = []string{"CF-RAY", "Server"}
	c.Examples = blocks("GET /v1/report HTTP/1.1",
		"HTTP/1.1 "+c.Title()+"\nServer: cloudflare\nCF-RAY: 8c1f2a3b4c5d6e7f-FRA\nContent-Type: text/plain; charset=UTF-8\n\nerror code: "+c.Title()[:3])
	c.Reference = Reference{"Cloudflare, 5xx errors", cloudflareDocs}
	return c
}

var cloudflare = []Code{
	cloudflareCode(Code{
		Number: 520, Phrase: "Web Server Returned an Unknown Error", OtherNames: []string{"Unknown Error", "Web server is returning an unknown error"},
		Meaning: "The origin server's answer to Cloudflare was empty, broken or unexpected.",
		Causes: []string{
			"the origin application crashed while it answered",
			"the origin closed the connection without an answer",
			"the answer's header is too large, mostly because of cookies",
		},
		Retry: RetryIdempotent, RetryHow: "With a pause.",
		NextClient: "Note CF-RAY and the time for the site's owner.",
		NextServer: "Call the origin directly, past Cloudflare, and compare. Check its error log at that time.",
		Confused:   []Confusion{{502, "the standard code for a bad answer from an upstream"}},
	}),
	cloudflareCode(Code{
		Number: 521, Phrase: "Web Server Is Down",
		Meaning: "The origin server refused Cloudflare's TCP connection.",
		Causes: []string{
			"the origin's web server is not running",
			"a firewall at the origin blocks Cloudflare's addresses",
			"nothing listens on the port that the SSL mode implies (443 for Full)",
		},
		Retry: RetryLater, RetryHow: "With a pause: the request did not reach the origin.",
		NextClient: "Wait; tell the site's owner.",
		NextServer: "Start the server; allow Cloudflare's address ranges; listen on 443.",
		Confused: []Confusion{
			{522, "no answer instead of a refusal"},
			{523, "no route to the origin"},
		},
	}),
	cloudflareCode(Code{
		Number: 522, Phrase: "Connection Timed Out",
		Meaning: "Cloudflare's TCP connection to the origin server timed out.",
		Causes: []string{
			"a firewall at the origin drops Cloudflare's packets",
			"the origin is overloaded and accepts no connections",
			"the DNS record at Cloudflare holds an old address",
		},
		Retry: RetryIdempotent, RetryHow: "With a pause: mostly the request did not reach the origin.",
		NextClient: "Wait; tell the site's owner.",
		NextServer: "Allow Cloudflare's address ranges; check the A and AAAA records and the load.",
		Confused: []Confusion{
			{524, "connected, but no answer"},
			{521, "refused at once"},
		},
	}),
	cloudflareCode(Code{
		Number: 523, Phrase: "Origin Is Unreachable",
		Meaning: "Cloudflare has no route to the origin server.",
		Causes: []string{
			"the DNS record at Cloudflare holds a wrong or private address",
			"the origin's network is down or no longer announced",
		},
		Retry: RetryLater, RetryHow: "With a pause: the request did not reach the origin.",
		NextClient: "Wait; tell the site's owner.",
		NextServer: "Correct the origin's address in DNS; ask the hoster about routing.",
		Confused:   []Confusion{{530, "the origin's name does not resolve (1016)"}},
	}),
	cloudflareCode(Code{
		Number: 524, Phrase: "A Timeout Occurred",
		Meaning: "Cloudflare connected to the origin server, but no HTTP response came in time (about 100 seconds or more, by plan).",
		Causes: []string{
			"the work takes too long: a report, an export, a slow query",
			"the origin is overloaded or hangs",
		},
		Retry: RetryIdempotent, RetryHow: "With a pause: the origin may still be at work.",
		NextClient: "Ask for less at a time.",
		NextServer: "Answer 202 and work in the background, or use a host name that does not pass Cloudflare.",
		Confused: []Confusion{
			{504, "the standard code"},
			{522, "the connection itself timed out"},
		},
	}),
	cloudflareCode(Code{
		Number: 525, Phrase: "SSL Handshake Failed",
		Meaning: "The TLS handshake between Cloudflare and the origin server failed.",
		Causes: []string{
			"the origin has no certificate for the host name (SNI)",
			"no common TLS version or cipher",
			"port 443 at the origin does not speak TLS",
		},
		Retry: RetryLater, RetryHow: "With a pause: the request did not reach the origin.",
		NextClient: "Wait; tell the site's owner.",
		NextServer: "Test the origin: openssl s_client -connect ORIGIN:443 -servername HOST.",
		Confused:   []Confusion{{526, "the handshake works, the certificate is not valid"}},
	}),
	cloudflareCode(Code{
		Number: 526, Phrase: "Invalid SSL Certificate",
		Meaning: "Cloudflare does not accept the origin server's certificate (SSL mode Full strict).",
		Causes: []string{
			"the origin's certificate expired",
			"it is self-signed, or an intermediate certificate is missing",
			"it is for another host name",
		},
		Retry: RetryLater, RetryHow: "After the certificate was replaced: the request did not reach the origin.",
		NextClient: "Wait; tell the site's owner.",
		NextServer: "Install a valid certificate or a Cloudflare origin certificate.",
		Confused:   []Confusion{{525, "the handshake itself fails"}},
	}),
	cloudflareCode(Code{
		Number: 527, Phrase: "Railgun Error", OtherNames: []string{"Railgun Listener to Origin Error"},
		Standing: "retired",
		Meaning:  "The connection between Cloudflare and the origin's Railgun listener failed. Railgun was retired in 2024.",
		Causes: []string{
			"an old log, or an imitation",
		},
		Retry: RetryIdempotent, RetryHow: "With a pause.",
		NextClient: "Nothing: it should not occur any more.",
		NextServer: "Remove Railgun.",
		Confused:   []Confusion{{520, "the general error today"}},
	}),
	cloudflareCode(Code{
		Number: 530, Phrase: "Cloudflare Error 1xxx", OtherNames: []string{"Origin DNS Error"},
		Meaning: "A wrapper: the real error is the 1xxx number in the content. 1016: the origin's name does not resolve; 1033: the tunnel is down.",
		Causes: []string{
			"1033: the Cloudflare Tunnel is not connected",
			"1016: the origin's DNS name does not resolve",
			"another 1xxx error, named in the content",
		},
		Retry: RetryLater, RetryHow: "With a pause: the request did not reach the origin.",
		NextClient: "Read the 1xxx number in the content and note CF-RAY.",
		NextServer: "1033: start cloudflared. 1016: correct the CNAME of the origin.",
		Confused:   []Confusion{{523, "the address is known, the route is not"}},
	}),
}
