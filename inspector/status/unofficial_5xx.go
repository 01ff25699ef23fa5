package status

// unofficial5xx holds the codes from 500 up that one product each uses, and the
// two that are outside 100 to 599 altogether.
var unofficial5xx = []Code{
	{
		Number: 509, Phrase: "Bandwidth Limit Exceeded",
		Topics: []Topic{Unofficial, RateAndLoad}, UsedBy: "cPanel and Apache httpd with a bandwidth module",
		Meaning: "The site used up the traffic of its hosting plan.",
		Causes: []string{
			"the month's traffic is used up",
			"bots or hot links to large files",
		},
		SpecServer: noSpec,
		SpecClient: as5xx,
		Retry:      RetryLater, RetryHow: "When the limit is reset, mostly at the start of the month.",
		NextClient: "Wait; tell the site's owner.",
		NextServer: "Raise the plan, cache, or put a CDN before it; look for hot links in the log.",
		Confused: []Confusion{
			{429, "you alone are over a limit"},
			{503, "overloaded for a moment"},
		},
		Examples: blocks(
			"GET / HTTP/1.1",
			"HTTP/1.1 509 Bandwidth Limit Exceeded\nServer: Apache"),
		Reference: wikipedia,
	},
	{
		Number: 529, Phrase: "Site Is Overloaded", OtherNames: []string{"Overloaded", "Overloaded Error"},
		Topics: []Topic{Unofficial, RateAndLoad}, UsedBy: "Anthropic's API (overloaded_error), Qualys SSL Labs",
		Meaning: "The service is overloaded, by everybody's requests together. You are not over your own limit.",
		Causes: []string{
			"high demand for the service",
			"a part of the service is down",
		},
		SpecServer: noSpec,
		SpecClient: as5xx,
		Fields:     []string{"Retry-After"},
		Retry:      RetryLater, RetryHow: "Like 503: after a pause that grows, with jitter.",
		NextClient: "Back off; look at the provider's status page.",
		NextServer: "Send 503 with Retry-After: every client knows it.",
		Confused: []Confusion{
			{429, "your own limit"},
			{503, "the registered code for overload"},
		},
		Examples: blocks(
			"POST /v1/messages HTTP/1.1\nContent-Type: application/json\n\n{}",
			"HTTP/1.1 529 Site Is Overloaded\nContent-Type: application/json\n\n{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"),
		Reference: wikipedia,
	},
	{
		Number: 540, Phrase: "Temporarily Disabled",
		Topics: []Topic{Unofficial, ServerFailure}, UsedBy: "Shopify",
		Meaning: "The endpoint or shop is disabled for now, mostly because it hurt the platform.",
		Causes: []string{
			"the endpoint was called in a way that overloads the shop",
			"Shopify disabled it during an incident",
		},
		SpecServer: noSpec,
		SpecClient: as5xx,
		Retry:      RetryLater, RetryHow: "After a long pause.",
		NextClient: "Look at the provider's status page.",
		NextServer: "Ask Shopify's support.",
		Confused:   []Confusion{{503, "the registered code for it"}},
		Examples: blocks(
			"GET /admin/api/orders.json HTTP/1.1",
			"HTTP/1.1 540 Temporarily Disabled"),
		Reference: Reference{"Shopify, response codes", shopify},
	},
	{
		Number: 598, Phrase: "Network Read Timeout Error",
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "some old proxies and client libraries",
		Meaning: "A proxy or library connected to the server and got no answer in time. The origin server does not send it.",
		Causes: []string{
			"the server behind the proxy hangs or is slow",
			"the read timeout is too short",
		},
		SpecServer: "None: not a registered code. 504 is the standard one.",
		SpecClient: as5xx,
		Retry:      RetryIdempotent, RetryHow: "With a pause.",
		NextClient: "Find which program makes the number, and raise its read timeout.",
		NextServer: "Send 504.",
		Confused: []Confusion{
			{599, "the connection itself timed out"},
			{504, "the registered code for it"},
		},
		Examples: blocks(
			"GET /v1/report HTTP/1.1",
			"HTTP/1.1 598 Network Read Timeout Error"),
		Reference: wikipedia,
	},
	{
		Number: 599, Phrase: "Network Connect Timeout Error",
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "Tornado's HTTP client and some old proxies", Wire: Local,
		Meaning: "The client library could not connect or got no answer, and reports that as a status. No response arrived.",
		Causes: []string{
			"the connection timed out or was refused",
			"the server closed the connection without an answer",
		},
		SpecServer: noSpec,
		SpecClient: "Report the transport's error instead of a status.",
		Retry:      RetryIdempotent, RetryHow: "With a pause.",
		NextClient: "Read the library's error message; raise connect_timeout or request_timeout.",
		NextServer: "See whether the request is in the log at all.",
		Confused: []Confusion{
			{0, "no response, in other clients"},
			{504, "a gateway says so, in a response"},
		},
		Examples: blocks(
			"GET /v1/report HTTP/1.1",
			"tornado.simple_httpclient.HTTPTimeoutError: HTTP 599: Timeout while connecting"),
		Reference: Reference{"Tornado, HTTP client", "https://www.tornadoweb.org/en/stable/httpclient.html"},
	},
	{
		Number: 783, Phrase: "Unexpected Token",
		Topics: []Topic{Unofficial, RequestIsWrong}, UsedBy: "Shopify",
		Meaning: "The JSON in the request does not parse. The number is outside 100 to 599 and so not valid.",
		Causes: []string{
			"a comma or quote too many, or cut-off JSON",
			"an HTML page or form was sent as JSON",
		},
		SpecServer: "Must not send it: a status code is 100 to 599.",
		SpecClient: "Should treat it as 5xx (RFC 9110 section 15); the cause lies in the request all the same.",
		Fields:     []string{"Content-Type"},
		Retry:      RetryChanged, RetryHow: "With corrected JSON.",
		NextClient: "Check the content with a JSON parser.",
		NextServer: "Send 400.",
		Confused:   []Confusion{{400, "the registered code for it"}},
		Examples: blocks(
			"POST /admin/api/orders.json HTTP/1.1\nContent-Type: application/json\n\n{\"order\":",
			"HTTP/1.1 783 Unexpected Token"),
		Reference: Reference{"Shopify, response codes", shopify},
	},
	{
		Number: 999, Phrase: "Request Denied",
		Topics: []Topic{Unofficial, RateAndLoad}, UsedBy: "LinkedIn",
		Meaning: "LinkedIn takes the client for a bot and refuses it. The number is outside 100 to 599 and so not valid.",
		Causes: []string{
			"a script or link checker fetches a page without a login",
			"the address belongs to a data centre",
			"too many requests",
		},
		SpecServer: "Must not send it: a status code is 100 to 599.",
		SpecClient: "Should treat it as 5xx (RFC 9110 section 15); in truth it is a 403.",
		Fields:     []string{"User-Agent"},
		Retry:      RetryNever, RetryHow: "No. It stays refused.",
		NextClient: "Leave such links out of a link checker; use LinkedIn's API.",
		NextServer: "Nothing: LinkedIn's edge decides.",
		Confused: []Confusion{
			{403, "the registered code for it"},
			{429, "a limit that passes"},
		},
		Examples: blocks(
			"GET /in/ada HTTP/1.1\nHost: www.linkedin.com\nUser-Agent: curl/8.5.0",
			"HTTP/1.1 999 Request denied\nContent-Type: text/html\n\n<html><head></head></html>"),
		Reference: wikipedia,
	},
}
