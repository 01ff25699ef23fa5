package ui

import (
	"context"
	"net/http"
	"net/url"

	"httpwhy/inspector/exchange"
)

// hops knows which listed exchange led to the one below it. Rows do not tell
// where a redirect points: that is read for the redirects in sight, beside the
// event loop.
type hops struct {
	s *screen
	// targets are the URLs that redirects point at; "" while it is being read.
	targets map[exchange.ID]string
	wanted  []exchange.ID
}

// targetsKept bounds what is remembered: many screens of redirects.
const targetsKept = 4096

func newHops(s *screen) *hops { return &hops{s: s, targets: map[exchange.ID]string{}} }

// leadsTo reports whether the exchange below came of the one above: the request
// behind a preflight, or the next hop of a redirect.
func (h *hops) leadsTo(above, below *exchange.Row) bool {
	if above == nil || below == nil || below.Start.Before(above.Start.Add(above.Duration)) ||
		clientHost(above.Client) != clientHost(below.Client) {
		return false
	}
	switch above.Status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		target := h.target(above.ID)
		return target != "" && target == withoutFragment(below.URL)
	}
	return above.Method == http.MethodOptions && below.Method != http.MethodOptions && above.URL == below.URL
}

// target is where an exchange redirects to, "" if that is not known (yet).
func (h *hops) target(id exchange.ID) string {
	target, known := h.targets[id]
	if !known {
		if len(h.targets) >= targetsKept {
			clear(h.targets)
		}
		h.targets[id] = ""
		h.wanted = append(h.wanted, id)
	}
	return target
}

// read begins to read what was asked for during a draw.
func (h *hops) read() {
	ids := h.wanted
	if len(ids) == 0 {
		return
	}
	h.wanted = nil
	source := h.s.options.Source
	h.s.start(func(ctx context.Context) func() {
		found := map[exchange.ID]string{}
		for _, id := range ids {
			// One that cannot be read has no bracket, and says why when opened.
			if x, err := source.Exchange(ctx, id); err == nil {
				found[id] = redirectTarget(x)
			}
		}
		return func() {
			for id, target := range found {
				h.targets[id] = target
			}
		}
	})
}

// redirectTarget is the URL that a client goes to next (RFC 9110 section
// 10.2.2), "" without a valid one.
func redirectTarget(x *exchange.Exchange) string {
	if x.Response == nil || !x.Response.Header.Has("Location") {
		return ""
	}
	base, err := url.Parse(x.URL)
	if err != nil {
		return ""
	}
	to, err := base.Parse(x.Response.Header.Get("Location"))
	if err != nil {
		return ""
	}
	return withoutFragment(to.String())
}

// withoutFragment is a URL as it is requested. A missing path is written out.
func withoutFragment(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}
