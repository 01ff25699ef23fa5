package rules

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// Case is all that a rule may read: an exchange, its relations to others, and
// what is derived from both, computed once. A Case is used by one goroutine.
type Case struct {
	X     *exchange.Exchange
	Links Links

	target   memo[*url.URL]
	masked   memo[string]
	to       memo[*url.URL]
	values   memo[url.Values]
	cors     memo[*corsCheck]
	text     memo[string]
	lower    memo[string]
	tokens   memo[[]content.FoundJWT]
	gateway  memo[*gatewayFault]
	loop     memo[*redirectLoop]
	jsonBody memo[any]
	sent     memo[any]
	cookies  memo[[]*storedCookie]
	members  memo[topMembers]
	made     memo[seenSoftware]
}

// Links are the relations of an exchange to others of the same capture. The
// exchanges may lack the data of their bodies.
type Links struct {
	// Preflight is the preflight that allowed this request, nil if none was
	// seen.
	Preflight *exchange.Exchange
	// Preflights are the earlier preflights of the same client for the same
	// request within PreflightStormWithin, if this is one; oldest first.
	Preflights []*exchange.Exchange
	// Actual is the request that followed this preflight, nil if none was seen.
	Actual *exchange.Exchange
	// Unfollowed: this preflight was not followed by its request although the
	// same client went on with others.
	Unfollowed bool
	// Chain are the hops of the redirect chain that led to this exchange, in
	// order, itself at the end; nil if there is none. Last: no later hop was
	// seen.
	Chain []*exchange.Exchange
	Last  bool
	// Earlier are failed attempts of the same client at the same method and URL
	// that ended before this one, which failed too, began; oldest first, at most
	// 32.
	Earlier []*exchange.Exchange
	// Answer is the request of the same client that repeated this one, which was
	// answered 401 or 407, with other credentials and was let in, or went on below
	// its path with the credentials that the answer asked for; nil if none was
	// seen.
	Answer *exchange.Exchange
	// Refreshes are the requests of the same client for a new access token
	// within a minute of this exchange, which is one of them or was refused; by
	// their start.
	Refreshes []*exchange.Exchange
	// Accepted is the latest exchange before this one, which was refused, in
	// which the same host took the same credentials; nil if none was seen.
	Accepted *exchange.Exchange
	// Nearest is the latest success before this exchange, which was answered
	// 404, at a path of the same host that differs only in its spelling; nil if
	// there is none.
	Nearest *exchange.Exchange
	// Siblings are the exchanges of the same client with the same method and
	// endpoint (host and path, IDs folded), this one among them, by their start;
	// at most 128.
	Siblings []*exchange.Exchange
	// Before are the exchanges of the same client with the same host that began
	// before this one, oldest first; at most 16.
	Before []*exchange.Exchange
	// SameHost are the same, at most MaxSameHost, if this one was answered 429.
	SameHost []*exchange.Exchange
	// OtherForm is the earliest error of the same host whose content has another
	// form than that of this error, if it began before this one; nil if none.
	OtherForm *exchange.Exchange
	// OtherStatus is the earliest error of the same host that says the same with
	// another status, if it began before this one; nil if none.
	OtherStatus *exchange.Exchange
	// SameURL are the answered exchanges of the same client with the same URL, of
	// any method but OPTIONS, that began before this one; oldest first, at most 8.
	SameURL []*exchange.Exchange
	// Made is the PUT of the same client that put something at this URL soon after
	// nothing was found there, nil if none was seen.
	Made *exchange.Exchange
	// Settled is the request of the same client with the same method and URL that
	// succeeded soon after this one, which was refused for the state of the
	// resource (409, 412); nil if none was seen.
	Settled *exchange.Exchange
	// WithoutTLS is the request that the same client sent to the same port in
	// plain HTTP, and that was answered, soon after no TLS was found there; nil if
	// none was seen.
	WithoutTLS *exchange.Exchange
	// CookiesSet are the exchanges of the same client with the same host, on any
	// port, whose responses set cookies and ended before this one began, if this
	// one was TurnedAway; oldest first, at most 16.
	CookiesSet []*exchange.Exchange
	// SiteCookies are the same with the other hosts of its site.
	SiteCookies []*exchange.Exchange
}

// MaxSameHost is the number of exchanges in Links.SameHost.
const MaxSameHost = 63

// memo computes a value once.
type memo[T any] struct {
	value T
	known bool
}

func (m *memo[T]) get(compute func() T) T {
	if !m.known {
		m.value, m.known = compute(), true
	}
	return m.value
}

// URL is the parsed target, nil if it cannot be parsed.
func (c *Case) URL() *url.URL {
	return c.target.get(func() *url.URL {
		u, err := url.Parse(c.X.URL)
		if err != nil || u.Host == "" {
			return nil
		}
		return u
	})
}

// maskedURL is the target with its secrets masked.
func (c *Case) maskedURL() string {
	return c.masked.get(func() string { return content.MaskURL(c.X.URL) })
}

// query are the parameters of the target's query; they are shared and not to be
// changed.
func (c *Case) query() url.Values {
	return c.values.get(func() url.Values {
		if c.URL() == nil {
			return nil
		}
		return c.URL().Query()
	})
}

// destination is what a redirect leads to, nil if that cannot be parsed or is
// longer than maxDestination.
func (c *Case) destination() *url.URL {
	return c.to.get(func() *url.URL {
		location := c.X.Response.Header.Get("Location")
		if c.URL() == nil || len(location) > maxDestination {
			return nil
		}
		u, err := c.URL().Parse(location)
		if err != nil {
			return nil
		}
		return u
	})
}

// maxDestination is longer than what servers redirect to, in bytes: about the
// request line that they take.
const maxDestination = 16 << 10

// Host is the host and port of the target as the client spelled them.
func (c *Case) Host() string {
	r := exchange.Row{URL: c.X.URL}
	return r.Host()
}

// Path is the path of the target without query, "/" if it has none.
func (c *Case) Path() string {
	r := exchange.Row{URL: c.X.URL}
	path, _, _ := strings.Cut(r.Path(), "?")
	if path == "" {
		return "/"
	}
	return path
}

// Status is the status line's code and phrase, e.g. "502 Bad Gateway".
func (c *Case) Status() string { return statusText(c.X.Response) }

// Now is the time of the server when it answered: its Date field, else the
// client side's clock at the arrival of the response. fromServer tells which.
func (c *Case) Now() (now time.Time, fromServer bool) {
	if c.X.Response != nil && !c.X.Synthetic {
		// A cached response carries the Date of its making (RFC 9111 section 4.2.3).
		if t, err := http.ParseTime(c.X.Response.Header.Get("Date")); err == nil && !c.X.Response.Header.Has("Age") {
			return t.UTC(), true
		}
	}
	return c.answered(), false
}

// answered is the time on our clock when the response began.
func (c *Case) answered() time.Time {
	at := c.X.Timing.ResponseHead
	if at == 0 {
		at = c.X.Timing.FirstByte
	}
	if at == 0 {
		at = c.X.Timing.Last()
	}
	return c.X.Start.Add(at).UTC()
}

// Text is the response's content, decoded, if it is text and its head is
// known; "" otherwise. It is at most exchange.HeadSize long and may be cut.
func (c *Case) Text() string {
	return c.text.get(func() string {
		m := c.X.Response
		if m == nil || c.X.Synthetic || c.X.Request.Method == http.MethodHead || !textual(m) {
			return ""
		}
		return string(decoded(m))
	})
}

// WholeText is Text if all of the content is there, "" otherwise.
func (c *Case) WholeText() string {
	if c.X.Response == nil || !c.X.Response.Body.Whole() {
		return ""
	}
	return c.Text()
}

func textual(m *exchange.Message) bool {
	t := m.MediaType()
	return t == "" || strings.HasPrefix(t, "text/") || strings.Contains(t, "json") || strings.Contains(t, "xml") ||
		strings.Contains(t, "javascript") || t == "application/x-www-form-urlencoded"
}

// Tokens are the JWTs in the request's header section.
func (c *Case) Tokens() []content.FoundJWT {
	return c.tokens.get(func() []content.FoundJWT { return content.FindJWT(c.X.Request.Header) })
}

// Browser reports whether the client is, or may be, a browser: only those
// enforce CORS. A request without User-Agent may come from anything.
func (c *Case) Browser() bool {
	h := c.X.Request.Header
	ua := h.Get("User-Agent")
	return ua == "" || strings.HasPrefix(ua, "Mozilla/") || h.Has("Sec-Fetch-Mode")
}

// JSON is the response's content as JSON, nil if it is none or not whole. It is
// nil too for a success, 201 and 207 aside, that reports no error at its top: to parse
// all that is fine would cost more than all rules together.
func (c *Case) JSON() any {
	return c.jsonBody.get(func() any {
		if !c.readsJSON() {
			return nil
		}
		return parseJSON(c.WholeText())
	})
}

func (c *Case) readsJSON() bool {
	s := c.X.Status()
	return s < 200 || s >= 400 || s == 201 || s == 207 || c.top().reports
}
