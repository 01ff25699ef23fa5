package rules

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"httpwhy/inspector/exchange"
)

// codeHint is what a status says by itself of the way on, beyond that the
// request was not accepted.
type codeHint struct {
	says           string // a sentence without its end
	client, server exchange.Advice
	evidence       []exchange.Evidence
}

// hint adds what the status says by itself to f, if it says anything.
func (c *Case) hint(f *Finding) {
	h := c.codeHint()
	if h == nil {
		return
	}
	if h.says != "" {
		f.Verdict += " " + h.says + "."
	}
	if h.client != (exchange.Advice{}) {
		f.Fix.Client = h.client
	}
	if h.server != (exchange.Advice{}) {
		f.Fix.Server = h.server
	}
	f.Evidence = append(f.Evidence, h.evidence...)
}

// codeHint is nil if the status of the response is explained by its rule alone.
func (c *Case) codeHint() *codeHint {
	switch c.X.Response.Status {
	case http.StatusLocked:
		return c.lockedHint()
	case http.StatusFailedDependency: // RFC 4918 section 11.4
		return &codeHint{
			says:   "It depends on another action, which failed",
			client: exchange.Advice{Text: "Repair what failed first, then send this again:", Copy: c.curl()},
		}
	case http.StatusTooEarly: // RFC 8470 section 5.2
		h := &codeHint{
			says:   "It came in the early data of TLS, which can be replayed, or a gateway says so",
			client: exchange.Advice{Text: "Send it again when the handshake is complete, as curl does:", Copy: c.curl()},
			server: exchange.Advice{Text: "A gateway that passes early data on has to mark it, and to repeat it after a 425:", Copy: "proxy_set_header Early-Data $ssl_early_data;"},
		}
		if c.X.Request.Header.Has("Early-Data") {
			h.evidence = []exchange.Evidence{c.requestField("Early-Data", "")}
		}
		return h
	case http.StatusUpgradeRequired:
		return c.upgradeHint()
	case http.StatusUnavailableForLegalReasons:
		return c.legalHint()
	case 440, 498, 499: // IIS; Esri
		says := map[int]string{440: "The login has ended (440 is IIS's)", 498: "The token is expired or not valid (498 is Esri's)", 499: "A token is wanted (499 is Esri's)"}
		return &codeHint{says: says[c.X.Response.Status], client: exchange.Advice{Text: "Log in again, and send the new credentials:", Copy: c.curl(c.otherCredentials()...)}}
	case 463: // ELB
		return &codeHint{
			says:     fmt.Sprintf("AWS load balancers answer so to more than 30 addresses in X-Forwarded-For; it left here with %d", len(c.X.Request.Header.List("X-Forwarded-For"))),
			client:   exchange.Advice{Text: "See whether proxies call each other in a circle:", Copy: c.curl("-H", "X-Forwarded-For:")},
			evidence: []exchange.Evidence{c.requestField("X-Forwarded-For", "")},
		}
	case 464: // ELB
		return &codeHint{
			says:   "AWS load balancers answer so if the target group speaks another version of HTTP",
			client: exchange.Advice{Text: "Try the other version:", Copy: c.curl(otherVersion(c.X.Request.Proto))},
			server: exchange.Advice{Text: "Compare the protocol version of the target group:", Copy: "aws elbv2 describe-target-groups --query 'TargetGroups[].[TargetGroupName,ProtocolVersion]'"},
		}
	case 999: // LinkedIn
		return &codeHint{
			says:   "999 is how LinkedIn and others refuse programs",
			client: exchange.Advice{Text: "Do not repeat it: use the service's API. To see whether a browser is let in:", Copy: c.curl("-A", "Mozilla/5.0")},
		}
	}
	return nil
}

func otherVersion(proto string) string {
	if strings.HasPrefix(proto, "HTTP/2") {
		return "--http1.1"
	}
	return "--http2"
}

// lockedHint: a lock of WebDAV has a token to send (RFC 4918 section 10.4), any
// other is somebody else's.
func (c *Case) lockedHint() *codeHint {
	if c.X.Request.Header.Has("If") {
		return &codeHint{
			says:     "The lock has another token than the one in If",
			client:   exchange.Advice{Text: "Read the lock that is there:", Copy: curl("PROPFIND", c.X.URL, "-H", "Depth: 0")},
			evidence: []exchange.Evidence{c.requestField("If", "")},
		}
	}
	if c.X.Response.Header.Has("DAV") || strings.Contains(c.head(4<<10), "lock-token-submitted") || containsFold(c.head(4<<10), "DAV:") {
		return &codeHint{
			says:     "The request has no token of the lock (If)",
			client:   exchange.Advice{Text: "Send the token of the lock, if it is yours:", Copy: c.curl("-H", "If: (<opaquelocktoken:TOKEN>)")},
			evidence: []exchange.Evidence{c.requestField("If", "")},
		}
	}
	return &codeHint{client: exchange.Advice{Text: "Unlock it, or wait until it is released:", Copy: c.curl()}}
}

// upgradeHint says which protocol is wanted (RFC 9110 section 15.5.22).
func (c *Case) upgradeHint() *codeHint {
	to := c.X.Response.Header.List("Upgrade")
	if len(to) == 0 {
		return &codeHint{
			says:     "It does not say to which protocol: Upgrade is missing",
			client:   exchange.Advice{Text: "Read the documentation for the protocol; a WebSocket needs its own client:", Copy: "websocat " + shell(webSocketURL(c.maskedURL()))},
			server:   exchange.Advice{Text: "Name the protocol:", Copy: "Upgrade: websocket\nConnection: upgrade"},
			evidence: []exchange.Evidence{c.responseField("Upgrade", "")},
		}
	}
	h := &codeHint{says: "It wants " + clip(strings.Join(to, ", "), 60) + " here", evidence: []exchange.Evidence{c.responseField("Upgrade", "")}}
	switch name, version, _ := strings.Cut(strings.ToLower(to[0]), "/"); name {
	case "websocket":
		h.client = exchange.Advice{Text: "Open a WebSocket:", Copy: "websocat " + shell(webSocketURL(c.maskedURL()))}
	case "tls":
		h.client = exchange.Advice{Text: "Use https:", Copy: strings.Replace(c.curl(), "http://", "https://", 1)}
	case "http":
		h.client = exchange.Advice{Text: "Use that version:", Copy: c.curl("--http" + strings.TrimSuffix(clip(version, 3), ".0"))}
	case "h2c":
		h.client = exchange.Advice{Text: "Use that version:", Copy: c.curl("--http2-prior-knowledge")}
	default:
		h.client = exchange.Advice{Text: "Use a client of this protocol, or ask for it:", Copy: c.curl("-H", "Upgrade: "+clip(to[0], 60), "-H", "Connection: upgrade")}
	}
	return h
}

// webSocketURL is target with the scheme of WebSockets.
func webSocketURL(target string) string {
	if rest, ok := strings.CutPrefix(target, "http"); ok {
		return "ws" + rest
	}
	return target
}

var blockedBy = regexp.MustCompile(`<([^<>]{1,300})>[^,]*;\s*rel="?[^",]*\bblocked-by\b`)

// legalHint names who blocks, if Link does (RFC 7725 section 4).
func (c *Case) legalHint() *codeHint {
	h := &codeHint{
		says:   "It is blocked for legal reasons, for this place or everywhere",
		client: exchange.Advice{Text: "Repeating does not help. To read what is said:", Copy: c.curl()},
		server: exchange.Advice{Text: "Name who blocks:", Copy: `Link: <https://AUTHORITY.example>; rel="blocked-by"`},
	}
	for _, v := range c.X.Response.Header.Values("Link") {
		if m := blockedBy.FindStringSubmatch(v); m != nil {
			h.says = "Blocked for legal reasons by " + clip(m[1], 80)
			h.server = exchange.Advice{Text: "Nothing to change."}
			h.evidence = []exchange.Evidence{c.responseField("Link", "")}
		}
	}
	return h
}
