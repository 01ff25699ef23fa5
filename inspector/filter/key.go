package filter

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// Key is a field that a term can ask for, with what help and completion show.
type Key struct {
	// Name is what stands before the colon.
	Name string
	// Wants describes the values in an error: "wants 404, 4xx or 400-499".
	Wants string
	// Help is one line for people.
	Help string
	// Examples are whole terms.
	Examples []string
	// Values are all valid values, or nil if they cannot be listed.
	Values []string

	// make builds the test for a value. Of a quoted one, * and = and commas
	// stand for themselves. The message says what is wrong with the value.
	make     func(value string, quoted bool) (is test, message string)
	reads    Fields
	relative bool
}

// Keys returns the fields of the language in the order of their importance.
func Keys() []Key { return slices.Clone(keys) }

var keys []Key

func init() {
	keys = []Key{
		{
			Name: "status", Wants: "404, 4xx or 400-499",
			Help:     "status code, class, range or list; err is an exchange without a response",
			Examples: []string{"status:404", "status:4xx", "status:400-499", "status:>=400", "status:401,403", "status:err"},
			reads:    Status,
			make:     makeStatus,
		},
		{
			Name: "host", Wants: "a part of a host name",
			Help:     "part of host and port; * stands for anything, = for the whole",
			Examples: []string{"host:api", "host:*.example.com", "host:=localhost:3000"},
			reads:    URL,
			make:     partOf((*exchange.Row).Host),
		},
		{
			Name: "path", Wants: "a part of a path",
			Help:     "part of path and query",
			Examples: []string{"path:/v1/", "path:*.js"},
			reads:    URL,
			make:     partOf((*exchange.Row).Path),
		},
		{
			Name: "method", Wants: "a method such as GET",
			Help:     "request method, or a list of them",
			Examples: []string{"method:post", "method:PUT,PATCH"},
			reads:    Message,
			make:     oneOf(func(r *exchange.Row, p *pattern) bool { return p.equals(r.Method) }),
		},
		{
			Name: "is", Wants: strings.Join(stateNames(), ", "),
			Help:     "what an exchange is",
			Examples: []string{"is:problem", "is:failed", "-is:tunnel"},
			Values:   stateNames(),
			reads:    Outcome,
			make:     makeIs,
		},
		{
			Name: "rule", Wants: "the beginning of a rule's name",
			Help:     "rule of any finding, by its beginning; * stands for anything",
			Examples: []string{"rule:cors", "rule:jwt-expired", "rule:*loop"},
			reads:    Outcome,
			make:     oneOf(hasRule),
		},
		{
			Name: "why", Wants: "words of a reason",
			Help:     "part of the reason shown, or of the failure's message",
			Examples: []string{"why:expired", `why:"token expired"`},
			reads:    Outcome,
			make:     makeWhy,
		},
		{
			Name: "failure", Wants: "the beginning of a kind of failure",
			Help:     "kind of failure, by its beginning",
			Examples: []string{"failure:tls", "failure:connect-refused"},
			reads:    Outcome,
			make: oneOf(func(r *exchange.Row, p *pattern) bool {
				return r.FailureKind != "" && p.starts(string(r.FailureKind))
			}),
		},
		{
			Name: "mime", Wants: "a part of a media type",
			Help:     "part of the response's media type",
			Examples: []string{"mime:json", "mime:image/"},
			reads:    Message,
			make:     partOf(func(r *exchange.Row) string { return r.MIME }),
		},
		{
			Name: "url", Wants: "a part of a URL",
			Help:     "part of the whole URL",
			Examples: []string{"url:https://a.test/"},
			reads:    URL,
			make:     partOf(func(r *exchange.Row) string { return r.URL }),
		},
		{
			Name: "scheme", Wants: "http, https, ws or wss",
			Help:     "scheme of the URL",
			Examples: []string{"scheme:https"},
			Values:   []string{"http", "https", "ws", "wss"},
			reads:    URL,
			make:     oneOf(func(r *exchange.Row, p *pattern) bool { return p.equals(scheme(r.URL)) }),
		},
		{
			Name: "proto", Wants: "1.0, 1.1 or h2",
			Help:     "protocol version",
			Examples: []string{"proto:h2", "proto:1.1"},
			Values:   []string{"1.0", "1.1", "h2"},
			reads:    Message,
			make:     makeProto,
		},
		{
			Name: "client", Wants: "a part of a client's address",
			Help:     "part of the client's address and port",
			Examples: []string{"client:127.0.0.1", "client::51034"},
			reads:    Client,
			make:     partOf(func(r *exchange.Row) string { return r.Client }),
		},
		{
			Name: "id", Wants: "7, 7,9 or 7-20",
			Help:     "number of the exchange: one, a list, a range",
			Examples: []string{"id:7", "id:7,9", "id:7-20", "id:>100"},
			reads:    Numbers,
			make:     numbers("id", integer, true, func(r *exchange.Row) int64 { return int64(min(r.ID, math.MaxInt64)) }),
		},
		{
			Name: "dur", Wants: ">500ms, <2s or 100ms-2s",
			Help:     "duration; without a unit in milliseconds",
			Examples: []string{"dur:>500ms", "dur:<2s"},
			reads:    Numbers,
			make:     numbers("dur", duration, false, func(r *exchange.Row) int64 { return int64(r.Duration) }),
		},
		{
			Name: "size", Wants: ">10k, <1M or 1k-10k",
			Help:     "bytes of the response's body; k is 1024",
			Examples: []string{"size:>10k", "size:<1M"},
			reads:    Numbers,
			make:     numbers("size", bytesOf, false, func(r *exchange.Row) int64 { return r.ResponseBytes }),
		},
		{
			Name: "reqsize", Wants: ">10k, <1M or 1k-10k",
			Help:     "bytes of the request's body",
			Examples: []string{"reqsize:>0"},
			reads:    Numbers,
			make:     numbers("reqsize", bytesOf, false, func(r *exchange.Row) int64 { return r.RequestBytes }),
		},
		{
			Name: "age", Wants: "<5m, >1h or 1h-2d",
			Help:     "time since the exchange began; without a unit in seconds",
			Examples: []string{"age:<5m"},
			reads:    Numbers,
			make:     makeAge,
			relative: true,
		},
	}
}

func findKey(name string) *Key {
	for i := range keys {
		if keys[i].Name == name {
			return &keys[i]
		}
	}
	return nil
}

func keyNames() []string {
	names := make([]string, 0, len(keys))
	for i := range keys {
		names = append(names, keys[i].Name)
	}
	return names
}

func wants(name string) string { return "wants " + findKey(name).Wants }

func makeStatus(v string, _ bool) (test, string) {
	rs, ok := parseStatus(v)
	if !ok {
		return nil, wants("status")
	}
	return func(r *exchange.Row, _ time.Time) bool { return rs.has(int64(r.Status)) }, ""
}

// numbers asks for a number in ranges that are closed by 0 and the largest one.
func numbers(name string, read number, bare bool, of func(*exchange.Row) int64) func(string, bool) (test, string) {
	return func(v string, _ bool) (test, string) {
		rs, ok := parseRanges(v, read, bare, 0, math.MaxInt64)
		if !ok {
			return nil, wants(name)
		}
		return func(r *exchange.Row, _ time.Time) bool { return rs.has(of(r)) }, ""
	}
}

func makeAge(v string, _ bool) (test, string) {
	rs, ok := parseRanges(v, age, false, math.MinInt64, math.MaxInt64)
	if !ok {
		return nil, wants("age")
	}
	return func(r *exchange.Row, now time.Time) bool { return rs.has(int64(now.Sub(r.Start))) }, ""
}

func partOf(of func(*exchange.Row) string) func(string, bool) (test, string) {
	return func(v string, quoted bool) (test, string) {
		p := newPattern(v, quoted)
		return func(r *exchange.Row, _ time.Time) bool { return p.in(of(r)) }, ""
	}
}

// oneOf asks for any of a list of patterns.
func oneOf(is func(*exchange.Row, *pattern) bool) func(string, bool) (test, string) {
	return func(v string, quoted bool) (test, string) {
		list := []*pattern{newPattern(v, quoted)}
		if !quoted {
			list = list[:0]
			for item := range strings.SplitSeq(v, ",") {
				if item != "" {
					list = append(list, newPattern(item, false))
				}
			}
		}
		return func(r *exchange.Row, _ time.Time) bool {
			for _, p := range list {
				if is(r, p) {
					return true
				}
			}
			return false
		}, ""
	}
}

func hasRule(r *exchange.Row, p *pattern) bool {
	for i := range r.Findings {
		if p.starts(r.Findings[i].Rule) {
			return true
		}
	}
	return false
}

func makeWhy(v string, quoted bool) (test, string) {
	p := newPattern(v, quoted)
	return func(r *exchange.Row, _ time.Time) bool { return inReason(r, p) }, ""
}

func inReason(r *exchange.Row, p *pattern) bool {
	for i := range r.Findings {
		if p.in(r.Findings[i].Short) {
			return true
		}
	}
	return r.FailureMessage != "" && p.in(r.FailureMessage)
}

func makeProto(v string, _ bool) (test, string) {
	v = strings.TrimPrefix(lower(v), "http/")
	switch v {
	case "h2", "2", "2.0":
		v = "2.0"
	case "1.0", "1.1":
	case "1", "h1":
		v = "1."
	default:
		return nil, wants("proto")
	}
	v = "http/" + v
	return func(r *exchange.Row, _ time.Time) bool { return hasPrefix(r.Proto, v) }, ""
}

func scheme(url string) string {
	if i := strings.Index(url, "://"); i >= 0 {
		return url[:i]
	}
	return ""
}

// codes are the status codes as text, so that comparing does not allocate.
var codes = func() (texts [1000]string) {
	for i := range texts {
		texts[i] = strconv.Itoa(i)
	}
	return texts
}()

// text asks for a word anywhere in what a list shows of an exchange.
func text(src string, p *pattern) term {
	return term{src: src, either: []part{
		{URL, func(r *exchange.Row, _ time.Time) bool {
			url := r.URL
			if i := strings.Index(url, "://"); i >= 0 {
				url = url[i+3:]
			}
			return p.in(url)
		}},
		{Message, func(r *exchange.Row, _ time.Time) bool { return p.in(r.Method) }},
		{Outcome, func(r *exchange.Row, _ time.Time) bool { return inReason(r, p) }},
		{Status, func(r *exchange.Row, _ time.Time) bool {
			return 0 < r.Status && r.Status < len(codes) && (p.in(codes[r.Status]) || p.in(http.StatusText(r.Status)))
		}},
	}}
}
