package status

var awsDocs = Reference{
	"AWS, troubleshoot your Application Load Balancers",
	"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
}

// aws holds the codes of the AWS Application Load Balancer (ALB).
var aws = []Code{
	{
		Number: 460, Phrase: "Client Closed Connection",
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "the AWS Application Load Balancer, in its log", Wire: LogOnly,
		Meaning: "The client closed the connection before the load balancer's idle timeout ended and before an answer was ready.",
		Causes: []string{
			"the client's timeout is shorter than the target needs",
			"the user left the page",
		},
		SpecServer: noSpec,
		SpecClient: "None: the client is gone.",
		Retry:      RetryIdempotent, RetryHow: "With a longer timeout. The target may have done the work.",
		NextClient: "Make the timeout longer than the slowest answer.",
		NextServer: "Look at target_processing_time in the access log; make the work faster.",
		Confused: []Confusion{
			{499, "nginx: the same in its log"},
			{504, "the load balancer gave up, not the client"},
		},
		Examples: blocks(
			"GET /v1/report HTTP/1.1",
			"https 2025-11-22T10:00:00.000000Z app/api/50dc6c495c0c9188 203.0.113.7:2817 - -1 -1 -1 460 - 34 0 \"GET https://api.example.test:443/v1/report HTTP/1.1\" \"curl/8.5.0\"",
			curl("curl -i --max-time 1 'https://api.example.test/v1/report'")),
		Reference: awsDocs,
	},
	{
		Number: 463, Phrase: "Too Many Forwarded Addresses", OtherNames: []string{"X-Forwarded-For Header With Too Many IP Addresses"},
		Topics: []Topic{Unofficial, Gateway}, UsedBy: "the AWS Application Load Balancer",
		Meaning: "X-Forwarded-For holds more than 30 addresses.",
		Causes: []string{
			"a proxy loop: each round adds an address",
			"a client sends a made-up X-Forwarded-For",
		},
		SpecServer: noSpec,
		SpecClient: as4xx,
		Fields:     []string{"X-Forwarded-For"},
		Retry:      RetryChanged, RetryHow: "Without X-Forwarded-For. If a proxy adds it, the loop must end first.",
		NextClient: "Do not send X-Forwarded-For.",
		NextServer: "Look for the same address again and again in the field: that hop forwards to itself.",
		Confused: []Confusion{
			{508, "a loop that a server found"},
			{431, "the header is too large"},
		},
		Examples: blocks(
			"GET / HTTP/1.1\nX-Forwarded-For: 10.0.0.1, 10.0.0.1, 10.0.0.1, and-30-more",
			"HTTP/1.1 463 Too Many Forwarded Addresses\nServer: awselb/2.0"),
		Reference: awsDocs,
	},
	{
		Number: 464, Phrase: "Incompatible Protocol",
		Topics: []Topic{Unofficial, Gateway, RequestIsWrong}, UsedBy: "the AWS Application Load Balancer",
		Meaning: "The request's protocol does not fit the protocol version of the target group.",
		Causes: []string{
			"an HTTP/1.1 request for a target group set to gRPC or HTTP/2",
			"a gRPC request for a target group set to HTTP/1.1",
			"an HTTP/2 request other than POST for a gRPC target group",
		},
		SpecServer: noSpec,
		SpecClient: as4xx,
		Fields:     []string{"Content-Type"},
		Retry:      RetryChanged, RetryHow: "With the protocol that the target group speaks.",
		NextClient: "Use HTTP/2 (curl --http2) or a gRPC client.",
		NextServer: "Set the target group's protocol version to what the clients send.",
		Confused: []Confusion{
			{505, "the version of HTTP is not supported at all"},
			{502, "the target answered nonsense"},
		},
		Examples: blocks(
			"GET /v1/data HTTP/1.1",
			"HTTP/1.1 464 Incompatible Protocol\nServer: awselb/2.0",
			curl("curl -i --http1.1 'https://api.example.test/v1/data'")),
		Reference: awsDocs,
	},
	{
		Number: 561, Phrase: "Unauthorized by Identity Provider", OtherNames: []string{"Unauthorized"},
		Topics: []Topic{Unofficial, Authentication}, UsedBy: "the AWS Application Load Balancer",
		Meaning: "The load balancer logs users in through an identity provider, and that provider answered with an error.",
		Causes: []string{
			"client id or secret in the listener rule is wrong",
			"the callback URL /oauth2/idpresponse is not allowed at the provider",
			"the provider is down, or the load balancer cannot reach it",
		},
		SpecServer: noSpec,
		SpecClient: as5xx,
		Fields:     []string{"Location", "Set-Cookie"},
		Retry:      RetryChanged, RetryHow: "After a new login, or after the listener rule is corrected.",
		NextClient: "Delete the cookies AWSELBAuthSessionCookie-* and log in again.",
		NextServer: "Check client id, secret, callback URL, and that the load balancer can reach the token endpoint.",
		Confused:   []Confusion{{401, "not authenticated, says the application"}},
		Examples: blocks(
			"GET /oauth2/idpresponse?error=invalid_client&state=abc HTTP/1.1",
			"HTTP/1.1 561 Unauthorized\nServer: awselb/2.0"),
		Reference: awsDocs,
	},
}
