package proxy

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"httpwhy/inspector/exchange"
)

// checkReverse says what is wrong with the origin of the reverse mode.
func checkReverse(u *url.URL) error {
	if u != nil && (u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		return fmt.Errorf("the origin %q is not usable: http://host:port or https://host:port is expected", u.Redacted())
	}
	return nil
}

// isReverse reports whether r, in origin-form, is for the origin of the reverse
// mode.
func (s *Server) isReverse(r *http.Request) bool {
	return s.cfg.Reverse != nil && r.Method != http.MethodConnect && !r.URL.IsAbs()
}

// reverse aims r at the origin. Servers choose the site by Host, and a
// development server may refuse names that are not its own, so it names the
// origin unless the user wants the client's.
func (f *forward) reverse(r *http.Request) {
	origin := f.server.cfg.Reverse
	f.mode = exchange.Reverse
	r.URL.Scheme, r.URL.Host = origin.Scheme, origin.Host
	r.URL.Path = strings.TrimSuffix(origin.Path, "/") + r.URL.Path
	if r.URL.RawPath != "" {
		r.URL.RawPath = strings.TrimSuffix(origin.EscapedPath(), "/") + r.URL.RawPath
	}
	if !f.server.cfg.KeepHost && r.Host != origin.Host {
		f.notes = append(f.notes, fmt.Sprintf("the origin was sent Host %s instead of %s", origin.Host, r.Host))
		r.Host = origin.Host
	}
}

// reverseTarget is the target for the origin in the client's own spelling.
func (f *forward) reverseTarget() string {
	target := f.head.message.Target
	if base := strings.TrimSuffix(f.server.cfg.Reverse.EscapedPath(), "/"); strings.HasPrefix(target, "/") {
		target = base + target
	}
	return target
}

// url is the target in absolute form.
func (f *forward) url() string {
	if f.mode != exchange.Reverse {
		return f.head.message.Target
	}
	target := f.reverseTarget()
	if target == "*" { // RFC 9110 section 7.1
		target = ""
	}
	return f.server.cfg.Reverse.Scheme + "://" + f.server.cfg.Reverse.Host + target
}
