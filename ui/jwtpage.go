package ui

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// tokenPage is the tab JWT: each token of the request, decoded, its times
// judged by the clock of the server where it is known.
func tokenPage(x *exchange.Exchange, reveal bool, l look, width int) *page {
	p := newPage(l, width)
	at, clockOf := judgedAt(x)
	for _, found := range content.FindJWT(x.Request.Header) {
		p.space()
		where := found.Field
		if found.Scheme != "" {
			where += ": " + found.Scheme
		}
		if found.Cookie != "" {
			where += ", cookie " + found.Cookie
		}
		p.heading(text.Visible(where), "decoded here, signature NOT checked")
		if found.JWT == nil {
			p.prose("This token cannot be read: "+found.Err.Error()+".", 3, l.Error)
		} else {
			p.token(found.JWT, at, clockOf)
		}
		p.space()
		if reveal {
			p.add(styled(" TOKEN", l.Heading))
			p.prose(found.Token, 3, l.Text)
		} else {
			p.labelled(1, "TOKEN", 9, text.Plain(l.own(content.MaskSecret(found.Token))+"   r reveals it"))
		}
	}
	return p
}

// judgedAt is the time by which a token's times are judged: the server's own
// clock if it sent one, for it is the server that decides.
func judgedAt(x *exchange.Exchange) (time.Time, string) {
	if x.Response != nil && !x.Synthetic {
		if t, err := http.ParseTime(x.Response.Header.Get("Date")); err == nil {
			return t, "Date of the response"
		}
	}
	return x.Start, "clock of httpwhy"
}

func (p *page) token(t *content.JWT, at time.Time, clockOf string) {
	p.labelled(1, "HEADER", 9, text.Line{styled(text.Visible(string(t.HeaderJSON)), p.look.Text)})
	p.add(styled(" CLAIMS", p.look.Heading))
	names := make([]string, 0, len(t.Claims))
	for name := range t.Claims {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return claimRank(a) - claimRank(b) + strings.Compare(a, b) })
	for _, name := range names {
		p.claim(name, t.Claims[name], t, at)
	}
	p.labelled(1, "TIMES", 9, text.Plain("judged by the "+clockOf+", "+at.UTC().Format("2006-01-02 15:04:05Z")))
	if t.Signature == "" {
		p.labelled(1, "SIGNATURE", 9, text.Line{styled("none (alg "+text.Visible(t.Alg)+")", p.look.Warning)})
	} else {
		p.labelled(1, "SIGNATURE", 9, text.Plain(fmt.Sprintf("%s, %d characters, NOT checked: no key is loaded", text.Visible(t.Alg), len(t.Signature))))
	}
	for _, problem := range t.Problems {
		p.labelled(1, "NOTE", 9, text.Line{styled(text.Visible(problem), p.look.Warning)})
	}
}

// claimRank puts the registered claims (RFC 7519 section 4.1) first, in the
// order in which people ask for them.
func claimRank(name string) int {
	order := []string{"iss", "aud", "sub", "scope", "scp", "iat", "nbf", "exp"}
	if i := slices.Index(order, name); i >= 0 {
		return (i - len(order)) * 10
	}
	return 0
}

func (p *page) claim(name string, value any, t *content.JWT, at time.Time) {
	sign, style, note := " ", p.look.Text, ""
	shown, _ := json.Marshal(value)
	out := strings.Trim(string(shown), `"`)
	if when := map[string]*time.Time{"exp": t.Exp, "nbf": t.Nbf, "iat": t.Iat}[name]; when != nil {
		out = when.UTC().Format("2006-01-02 15:04:05Z")
		var bad bool
		if note, bad = timeNote(name, *when, at); bad {
			sign, style = p.look.signs.Error, p.look.Error
		}
	}
	line := text.Line{styled(text.Visible(out), style)}
	if note != "" {
		line = append(line, styled("   "+note, style))
	}
	p.labelled(1, sign+" "+text.Visible(name), 9, line)
}

// timeNote says how a time of a token stands to the time at which it was
// judged, and whether a server must reject the token for it.
func timeNote(claim string, when, at time.Time) (note string, bad bool) {
	apart := span(at.Sub(when))
	switch {
	case claim == "exp" && !at.Before(when):
		// RFC 7519 section 4.1.4: on or after exp the token must not be accepted.
		return "EXPIRED " + apart + " before the answer", true
	case claim == "exp":
		return "valid for another " + apart, false
	case claim == "nbf" && at.Before(when):
		return "NOT YET VALID for another " + apart, true
	case claim == "iat" && at.Before(when):
		return apart + " in the future", false
	default:
		return apart + " before", false
	}
}
