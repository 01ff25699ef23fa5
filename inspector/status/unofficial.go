package status

const (
	noSpec  = "None: not a registered code."
	as4xx   = "Treat it as 400 (RFC 9110 section 15)."
	as5xx   = "Treat it as 500 (RFC 9110 section 15)."
	shopify = "https://shopify.dev/docs/api/usage/response-codes"
)

// wikipedia describes the codes whose makers have no page about them.
var wikipedia = Reference{
	"Wikipedia, list of HTTP status codes",
	"https://en.wikipedia.org/wiki/List_of_HTTP_status_codes#Unofficial_codes",
}

// unofficial holds 0 and the codes below 500 that one product each uses.
var unofficial = []Code{
	{
		Number: 0, Phrase: "no response", OtherNames: []string{"000"},
		Topics: []Topic{Unofficial, Gateway, Browser}, UsedBy: "curl (000), browsers, HAR files, AWS logs", Wire: Local,
		Meaning: "There is no status: no response arrived. The number is the client's own placeholder.",
		Causes: []string{
			"the connection was refused, or the host name is unknown",
			"the certificate is not trusted",
			"the server closed the connection without an answer",
			"the client's own timeout ended",
			"in a browser: CORS, mixed content or an extension blocked it, perhaps after a response arrived",
		},
		SpecServer: noSpec,
		SpecClient: "Report the transport's error instead of a status.",
		Retry:      RetryIdempotent, RetryHow: "With a pause: it is unknown whether the server acted.",
		NextClient: "Read the error message (curl: the exit code). In a browser look at the console.",
		NextServer: "See whether the request is in the log at all: if so, the answer got lost or was blocked.",
		Confused: []Confusion{
			{502, "a gateway did answer"},
			{444, "nginx closed on purpose"},
			{599, "another library's number for it"},
		},
		Examples: blocks(
			"GET /v1/me HTTP/1.1",
			"curl: (52) Empty reply from server",
			curl("curl -sS -o /dev/null -w '%{http_code}\\n' 'https://api.example.test/v1/me'   # prints 000")),
		Reference: Reference{"curl, write-out http_code", "https://curl.se/docs/manpage.html#-w"},
	},
	{
		Number: 218, Phrase: "This Is Fine",
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "applications behind Apache httpd",
		Meaning: "An error in disguise: the application avoids an error status so that Apache's ProxyErrorOverride does not replace its content.",
		Causes: []string{
			"ProxyErrorOverride is on, and the application wants its own error page to get through",
		},
		SpecServer: noSpec,
		SpecClient: "Treat it as 200 (RFC 9110 section 15), which is wrong here: read the content.",
		Retry:      RetryChanged, RetryHow: "As the error in the content demands.",
		NextClient: "Read the content: the real error stands there.",
		NextServer: "Limit ProxyErrorOverride to the codes to replace, and send the real status.",
		Confused:   []Confusion{{200, "real success"}},
		Examples: blocks(
			"GET /v1/data HTTP/1.1",
			"HTTP/1.1 218 This is fine\nServer: Apache\nContent-Type: application/json\n\n{\"error\":\"database is down\"}"),
		Reference: Reference{"Apache httpd, ProxyErrorOverride", "https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxyerroroverride"},
	},
	{
		Number: 419, Phrase: "Page Expired", OtherNames: []string{"Authentication Timeout", "CSRF token mismatch"},
		Topics: []Topic{Unofficial, Authentication, Browser}, UsedBy: "Laravel",
		Meaning: "The CSRF token is missing or does not fit the session. The status line says \"unknown status\".",
		Causes: []string{
			"the form was open longer than the session lives",
			"the form or the script does not send the token (@csrf, X-CSRF-TOKEN, X-XSRF-TOKEN)",
			"the session cookie did not come along: SameSite, Domain or Secure is wrong",
		},
		SpecServer: noSpec,
		SpecClient: as4xx,
		Fields:     []string{"Cookie", "Set-Cookie", "X-CSRF-TOKEN", "X-XSRF-TOKEN"},
		Retry:      RetryChanged, RetryHow: "After the page was loaded anew, with its new token.",
		NextClient: "Load the page again. See whether the request carries the session cookie.",
		NextServer: "Check SESSION_DOMAIN, SESSION_SECURE_COOKIE and SameSite; put API routes outside the web middleware.",
		Confused: []Confusion{
			{401, "not logged in"},
			{403, "other frameworks' answer to a wrong CSRF token"},
		},
		Examples: blocks(
			"POST /profile HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\nname=Ada",
			"HTTP/1.1 419 unknown status\nContent-Type: text/html; charset=UTF-8\n\n<title>Page Expired</title>"),
		Reference: Reference{"Laravel, CSRF protection", "https://laravel.com/docs/csrf"},
	},
	{
		Number: 420, Phrase: "Enhance Your Calm", OtherNames: []string{"Method Failure"},
		Topics: []Topic{Unofficial, RateAndLoad}, UsedBy: "the old Twitter API; Spring for \"method failure\"",
		Meaning: "A rate limit, from the time before 429. In old Spring versions: a method failed (the later 424).",
		Causes: []string{
			"too many requests",
			"an application that copied Twitter's code",
		},
		SpecServer: "None: not a registered code. 429 is the standard one.",
		SpecClient: as4xx,
		Fields:     []string{"Retry-After"},
		Retry:      RetryLater, RetryHow: "Like 429: after a pause that grows.",
		NextClient: "Slow down.",
		NextServer: "Send 429 with Retry-After.",
		Confused:   []Confusion{{429, "the registered code for it"}},
		Examples: blocks(
			"GET /1/search.json?q=http HTTP/1.1",
			"HTTP/1.1 420 Enhance Your Calm\nRetry-After: 60"),
		Reference: wikipedia,
	},
	{
		Number: 430, Phrase: "Security Rejection", OtherNames: []string{"Shopify Security Rejection"},
		Topics: []Topic{Unofficial, RateAndLoad}, UsedBy: "Shopify",
		Meaning: "Shopify took the request for malicious and refused it, mostly because of its rate or pattern.",
		Causes: []string{
			"a script opens many pages or carts in a short time",
			"the pattern looks like an attack or a scraper",
		},
		SpecServer: noSpec,
		SpecClient: as4xx,
		Retry:      RetryLater, RetryHow: "After minutes and more slowly; the pattern must change.",
		NextClient: "Send fewer requests; use the official API with a token.",
		NextServer: "Nothing: Shopify's edge decides.",
		Confused: []Confusion{
			{429, "the API's documented limit"},
			{403, "refused for another reason"},
		},
		Examples: blocks(
			"GET /products.json?page=400 HTTP/1.1",
			"HTTP/1.1 430 Shopify Security Rejection"),
		Reference: Reference{"Shopify, response codes", shopify},
	},
	{
		Number: 440, Phrase: "Login Time-out", OtherNames: []string{"Login Timeout", "Session Expired"},
		Topics: []Topic{Unofficial, Authentication}, UsedBy: "Microsoft IIS and Exchange (Outlook on the web)",
		Meaning: "The session expired; log in again.",
		Causes: []string{
			"no activity for longer than the session lives",
			"the session cookie was deleted or belongs to another server",
		},
		SpecServer: "None: not a registered code. 401 is the standard one.",
		SpecClient: as4xx,
		Fields:     []string{"Set-Cookie"},
		Retry:      RetryChanged, RetryHow: "After a new login.",
		NextClient: "Log in again.",
		NextServer: "Send 401 to programs.",
		Confused: []Confusion{
			{401, "the registered code for it"},
			{408, "the request itself was too slow"},
		},
		Examples: blocks(
			"GET /owa/service.svc HTTP/1.1\nCookie: sessionid=old",
			"HTTP/1.1 440 Login Timeout\nServer: Microsoft-IIS/10.0"),
		Reference: wikipedia,
	},
	{
		Number: 449, Phrase: "Retry With",
		Topics: []Topic{Unofficial, RequestIsWrong}, UsedBy: "Microsoft IIS and Exchange ActiveSync",
		Meaning: "Information is missing; send it and try again. Exchange uses it for devices that are not provisioned yet.",
		Causes: []string{
			"the device has not accepted the mail server's policy",
			"a cookie or field that the server set is missing",
		},
		SpecServer: noSpec,
		SpecClient: as4xx,
		Fields:     []string{"X-MS-PolicyKey"},
		Retry:      RetryChanged, RetryHow: "With the missing information.",
		NextClient: "Send the Provision command first, then the request with the policy key.",
		NextServer: "Use 428 or 400 outside ActiveSync.",
		Confused:   []Confusion{{428, "a condition is missing"}},
		Examples: blocks(
			"POST /Microsoft-Server-ActiveSync?Cmd=FolderSync HTTP/1.1",
			"HTTP/1.1 449 Retry With\nServer: Microsoft-IIS/10.0"),
		Reference: wikipedia,
	},
	{
		Number: 450, Phrase: "Blocked by Windows Parental Controls",
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "Microsoft Windows, on the user's own machine",
		Meaning: "Parental controls on the client's machine block the page. The server has not seen the request.",
		Causes: []string{
			"the site is not on the child account's list",
		},
		SpecServer: noSpec,
		SpecClient: as4xx,
		Retry:      RetryNever, RetryHow: "No. The setting must change first.",
		NextClient: "Ask who manages the machine.",
		NextServer: "Nothing: the request did not reach you.",
		Confused: []Confusion{
			{403, "the server refused"},
			{451, "a law forbids it"},
		},
		Examples: blocks(
			"GET / HTTP/1.1",
			"HTTP/1.1 450 Blocked by Windows Parental Controls"),
		Reference: wikipedia,
	},
	{
		Number: 498, Phrase: "Invalid Token",
		Topics: []Topic{Unofficial, Authentication}, UsedBy: "Esri ArcGIS",
		Meaning: "The token expired or is not valid. ArcGIS often puts the number into the JSON of a 200.",
		Causes: []string{
			"the token expired",
			"the token was made for another referer or address",
		},
		SpecServer: "None: not a registered code. 401 is the standard one.",
		SpecClient: as4xx,
		Fields:     []string{"Authorization", "Referer"},
		Retry:      RetryChanged, RetryHow: "Once, with a new token.",
		NextClient: "Get a new token; send the same Referer as when you asked for it.",
		NextServer: "Send 401 with WWW-Authenticate.",
		Confused: []Confusion{
			{499, "Esri: no token was sent"},
			{401, "the registered code for it"},
		},
		Examples: blocks(
			"GET /arcgis/rest/services?f=json&token=old HTTP/1.1",
			"HTTP/1.1 498 Invalid Token\nContent-Type: application/json\n\n{\"error\":{\"code\":498,\"message\":\"Invalid token.\"}}"),
		Reference: wikipedia,
	},
}
