package inspector

import (
	"net/http"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/rules"
)

// nearMisses joins an answer of 404 to a success of the same host and method
// at a path that differs only in how it is spelled: by case, slashes, a prefix
// such as /api or /v1, or the plural.
type nearMisses struct{ found, missed *window[spelling] }

type spelling struct{ host, method, path string }

func newNearMisses() *nearMisses { return &nearMisses{newWindow[spelling](), newWindow[spelling]()} }

func (n *nearMisses) keyOf(x *exchange.Exchange) (key spelling, ok bool) {
	if x.Response == nil || x.Synthetic || x.Response.Status != http.StatusNotFound && (x.Response.Status < 200 || x.Response.Status > 299) {
		return key, false
	}
	row := exchange.Row{URL: x.URL}
	path, _, _ := strings.Cut(row.Path(), "?")
	if len(path) > 512 {
		return key, false
	}
	return spelling{row.Host(), x.Request.Method, respell(path)}, true
}

// respell is the one spelling that paths are compared by.
func respell(path string) string {
	if strings.Contains(path, "%") {
		if p, err := url.PathUnescape(path); err == nil {
			path = p
		}
	}
	b := make([]byte, 0, 128)
	path = strings.ToLower(path)
	for path != "" {
		var segment string
		segment, path, _ = strings.Cut(path, "/")
		segment = strings.TrimSpace(segment)
		if len(b) == 0 && (segment == "api" || segment == "rest" || version(segment)) {
			continue
		}
		if len(segment) > 3 {
			segment = strings.TrimSuffix(segment, "s")
		}
		if segment != "" {
			b = append(append(b, '/'), segment...)
		}
	}
	return string(b)
}

// version reports whether a segment is v1, v2 and so on.
func version(segment string) bool {
	return len(segment) > 1 && len(segment) < 5 && segment[0] == 'v' && strings.Trim(segment[1:], "0123456789.") == ""
}

func (n *nearMisses) add(x *exchange.Exchange) []*exchange.Exchange {
	key, ok := n.keyOf(x)
	if !ok || key.path == "" {
		return nil
	}
	if x.Status() == http.StatusNotFound {
		n.missed.add(key, x)
		return nil
	}
	n.found.add(key, x)
	var touched []*exchange.Exchange
	for _, y := range n.missed.get(key) {
		if byStart(x, y) < 0 {
			touched = append(touched, y)
		}
	}
	return touched
}

func (n *nearMisses) flush() []*exchange.Exchange { return nil }

func (n *nearMisses) link(x *exchange.Exchange, links *rules.Links) {
	if x.Status() != http.StatusNotFound {
		return
	}
	key, ok := n.keyOf(x)
	if !ok || key.path == "" {
		return
	}
	for _, y := range n.found.get(key) {
		if byStart(y, x) < 0 && pathOf(y) != pathOf(x) {
			links.Nearest = y
		}
	}
}

func pathOf(x *exchange.Exchange) string {
	row := exchange.Row{URL: x.URL}
	path, _, _ := strings.Cut(row.Path(), "?")
	return path
}
