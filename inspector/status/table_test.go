package status

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// iana is the registry, copied by hand from its names: the judge of the table.
var iana = map[int]string{
	100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints", 104: "Upload Resumption Supported",
	200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content", 205: "Reset Content",
	206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
	300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 305: "Use Proxy",
	306: "(Unused)", 307: "Temporary Redirect", 308: "Permanent Redirect",
	400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
	411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
	416: "Range Not Satisfiable", 417: "Expectation Failed", 418: "(Unused)", 421: "Misdirected Request",
	422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency", 425: "Too Early", 426: "Upgrade Required",
	428: "Precondition Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
	451: "Unavailable For Legal Reasons",
	500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
	505: "HTTP Version Not Supported", 506: "Variant Also Negotiates", 507: "Insufficient Storage", 508: "Loop Detected",
	510: "Not Extended", 511: "Network Authentication Required",
}

var knownUnofficial = []int{
	0, 218, 419, 420, 430, 440, 444, 449, 450, 460, 463, 464, 494, 495, 496, 497, 498, 499,
	509, 520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 540, 561, 598, 599, 783, 999,
}

func TestTableIsTheRegistryAndTheUnofficialCodes(t *testing.T) {
	var registered, others []int
	last := -1
	for _, c := range table {
		if c.Number <= last {
			t.Errorf("%d follows %d", c.Number, last)
		}
		last = c.Number
		if !c.Registered {
			others = append(others, c.Number)
			continue
		}
		registered = append(registered, c.Number)
		if iana[c.Number] != c.Phrase {
			t.Errorf("%d is called %q, in the registry %q", c.Number, c.Phrase, iana[c.Number])
		}
	}
	if len(registered) != len(iana) {
		t.Errorf("%d registered codes, the registry has %d", len(registered), len(iana))
	}
	if !slices.Equal(others, knownUnofficial) {
		t.Errorf("unofficial codes\n got %v\nwant %v", others, knownUnofficial)
	}
}

func TestNamesOfNetHTTP(t *testing.T) {
	for n := range 1000 {
		name := http.StatusText(n)
		if name == "" {
			continue
		}
		c, ok := Lookup(n)
		if !ok || !c.Registered {
			t.Errorf("net/http knows %d %s, the table does not", n, name)
			continue
		}
		if c.Phrase != name && !slices.Contains(c.OtherNames, name) {
			t.Errorf("%d: net/http says %q, the table %q or %q", n, name, c.Phrase, c.OtherNames)
		}
	}
}

// TestHeuristicallyCacheable compares with the list of RFC 9110 section 15.1 and
// with RFC 7725 section 3, which adds 451.
func TestHeuristicallyCacheable(t *testing.T) {
	want := []int{200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501}
	var got []int
	for _, c := range table {
		if c.Cacheable {
			got = append(got, c.Number)
		}
		if c.Cacheable != strings.HasPrefix(c.Caching, "Yes") {
			t.Errorf("%d: cacheable is %v, but %q", c.Number, c.Cacheable, c.Caching)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEveryCodeHasAllParts(t *testing.T) {
	for _, c := range table {
		parts := map[string]string{
			"phrase": c.Phrase, "meaning": c.Meaning, "what the server must": c.SpecServer, "what the client must": c.SpecClient,
			"retry": string(c.Retry), "how to retry": c.RetryHow, "caching": c.Caching, "next as client": c.NextClient,
			"next as server": c.NextServer, "reference": c.Reference.Name, "class": string(c.Class), "wire": string(c.Wire),
		}
		for name, text := range parts {
			if text == "" {
				t.Errorf("%d has no %s", c.Number, name)
			}
			if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }); i >= 0 {
				t.Errorf("%d: %s is not printable ASCII at %q", c.Number, name, text[i:])
			}
		}
		for _, sentence := range []string{c.Meaning, c.SpecServer, c.SpecClient, c.RetryHow, c.Caching, c.NextClient, c.NextServer} {
			if !strings.HasSuffix(sentence, ".") {
				t.Errorf("%d: %q is not a sentence", c.Number, sentence)
			}
		}
		if len(c.Causes) == 0 || len(c.Topics) == 0 || len(c.Confused) == 0 {
			t.Errorf("%d lacks causes, topics or what it is confused with", c.Number)
		}
		if !c.Registered && c.UsedBy == "" {
			t.Errorf("%d is unofficial, and nobody is said to use it", c.Number)
		}
		for _, topic := range c.Topics {
			if !slices.Contains(topics, topic) {
				t.Errorf("%d: topic %q is in no list", c.Number, topic)
			}
		}
		for _, other := range c.Confused {
			if _, ok := Lookup(other.Number); !ok || other.Number == c.Number {
				t.Errorf("%d is not to be confused with %d, which is not another code", c.Number, other.Number)
			}
		}
		if !strings.HasPrefix(c.Reference.URL, "https://") {
			t.Errorf("%d: reference %q", c.Number, c.Reference.URL)
		}
	}
}

func TestLookup(t *testing.T) {
	c, ok := Lookup(404)
	if !ok || c.Title() != "404 Not Found" || c.Class != ClientError {
		t.Errorf("Lookup(404) = %q, %v", c.Title(), ok)
	}
	for _, n := range []int{-1, 1, 99, 299, 427, 600, 700, 1000} {
		if c, ok := Lookup(n); ok {
			t.Errorf("Lookup(%d) = %q", n, c.Title())
		}
	}
}
