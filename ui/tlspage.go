package ui

import (
	"fmt"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/text"
)

// tlsPage is the tab TLS: the two connections.
func tlsPage(x *exchange.Exchange, l look, width int) *page {
	p := newPage(l, width)
	p.tls("CLIENT to HTTPWHY", x.Client.TLS, x, "")
	p.tls("HTTPWHY to SERVER", x.Server.TLS, x, "not TLS, or the handshake did not end")
	p.failure(x)
	return p
}

func (p *page) tls(title string, t *exchange.TLS, x *exchange.Exchange, without string) {
	p.space()
	p.heading(title, "")
	if t == nil {
		if without == "" {
			without = "not TLS, or not read by httpwhy"
		}
		p.prose(without, 3, p.look.Dim)
		return
	}
	const w = 9
	row := func(name, value string) {
		if value != "" {
			p.labelled(3, name, w, text.Line{styled(text.Visible(value), p.look.Text)})
		}
	}
	version := t.Version
	if t.Resumed {
		version += ", resumed"
	}
	row("version", version)
	row("cipher", t.Cipher)
	row("SNI", t.ServerName)
	row("ALPN", t.ALPN)
	if len(t.Offered) > 0 {
		row("offered", strings.Join(t.Offered, ", "))
	}
	for i := range t.Chain {
		name := ""
		if i == 0 {
			name = "chain"
		}
		p.certificate(name, &t.Chain[i], x.Start)
	}
	if t == x.Server.TLS {
		verified := "yes"
		if !t.Verified {
			verified = "no"
		}
		row("verified", verified)
	}
}

// certificate writes one certificate with its validity at the time of the
// exchange.
func (p *page) certificate(label string, c *exchange.Certificate, at time.Time) {
	p.labelled(3, label, 9, text.Line{styled(text.Visible(c.Subject), p.look.Text)})
	more := []string{"issued by " + c.Issuer}
	if c.SelfIssued {
		more[0] = "issued by itself"
	}
	if names := append(append([]string{}, c.DNSNames...), c.IPs...); len(names) > 0 {
		more = append(more, "for "+strings.Join(names, ", "))
	}
	p.labelled(3, "", 9, text.Line{styled(text.Visible(strings.Join(more, "; ")), p.look.Dim)})
	style := p.look.Dim
	if at.Before(c.NotBefore) || at.After(c.NotAfter) {
		style = p.look.Error
	}
	p.labelled(3, "", 9, text.Line{styled(validity(c, at), style)})
}

// validity says until when, or since when not, a certificate is valid.
func validity(c *exchange.Certificate, at time.Time) string {
	const day = "2006-01-02"
	switch {
	case at.Before(c.NotBefore):
		return fmt.Sprintf("NOT VALID before %s, %s after this exchange", c.NotBefore.UTC().Format(day), span(c.NotBefore.Sub(at)))
	case at.After(c.NotAfter):
		return fmt.Sprintf("EXPIRED on %s, %s before this exchange", c.NotAfter.UTC().Format(day), span(at.Sub(c.NotAfter)))
	default:
		return fmt.Sprintf("valid %s to %s, %s left", c.NotBefore.UTC().Format(day), c.NotAfter.UTC().Format(day), span(c.NotAfter.Sub(at)))
	}
}

// span is a length of time in its two largest units: "12 min", "1 h 12 min",
// "61 days".
func span(d time.Duration) string {
	switch d = d.Abs(); {
	case d < time.Second:
		return "less than 1 s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		h, m := int(d.Hours()), int(d.Minutes())%60
		if m == 0 {
			return fmt.Sprintf("%d h", h)
		}
		return fmt.Sprintf("%d h %d min", h, m)
	case d < 48*time.Hour:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}
