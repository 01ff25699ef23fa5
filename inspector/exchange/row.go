package exchange

import (
	"strings"
	"time"
)

// Row is what a list shows of an exchange: small enough to keep a million.
type Row struct {
	ID       ID
	State    State
	Mode     Mode
	Start    time.Time
	Duration time.Duration
	// Client is the client's address, e.g. "127.0.0.1:51034".
	Client      string
	Method, URL string
	Proto       string
	// Status is 0 if no response came.
	Status                      int
	RequestBytes, ResponseBytes int64
	// MIME is the media type of the response, without parameters.
	MIME           string
	FailureKind    FailureKind
	FailureMessage string
	Synthetic      bool
	// Findings are the exchange's findings, the primary one first.
	Findings []Headline
}

// Headline is a finding in a list.
type Headline struct {
	Rule     string
	Severity Severity
	Short    string
	Primary  bool
}

// NewRow summarises x. Findings are added by who knows them.
func NewRow(x *Exchange) Row {
	r := Row{
		ID: x.ID, State: x.State, Mode: x.Mode, Start: x.Start, Duration: x.Timing.Last(),
		Method: x.Request.Method, URL: x.URL, Proto: x.Request.Proto,
		RequestBytes: x.Request.Body.Size, Synthetic: x.Synthetic,
	}
	if x.Client.Addr.IsValid() {
		r.Client = x.Client.Addr.String()
	}
	if x.Response != nil {
		r.Status = x.Response.Status
		r.ResponseBytes = x.Response.Body.Size
		r.MIME = x.Response.MediaType()
	}
	if x.Failure != nil {
		r.FailureKind, r.FailureMessage = x.Failure.Kind, x.Failure.Message
	}
	return r
}

// Headlines summarises findings for a list, the primary one first.
func Headlines(fs []Finding) []Headline {
	if len(fs) == 0 {
		return nil
	}
	hs := make([]Headline, 0, len(fs))
	for _, f := range fs {
		h := Headline{Rule: f.Rule, Severity: f.Severity, Short: f.Short, Primary: f.Primary}
		if f.Primary && len(hs) > 0 {
			hs = append(hs, hs[0])
			hs[0] = h
			continue
		}
		hs = append(hs, h)
	}
	return hs
}

// Primary is the finding to read first, nil if there is none: notes alone are no
// verdict.
func (r *Row) Primary() *Headline {
	if len(r.Findings) == 0 || !r.Findings[0].Primary {
		return nil
	}
	return &r.Findings[0]
}

// Severity is the highest severity among the row's findings, "" if none.
func (r *Row) Severity() Severity {
	var top Severity
	for _, h := range r.Findings {
		if top == "" || h.Severity.Rank() > top.Rank() {
			top = h.Severity
		}
	}
	return top
}

// Problem reports whether the row has a finding that is an error or a warning.
func (r *Row) Problem() bool { return r.Severity().Rank() >= SeverityWarning.Rank() }

// Host is the host of the row's URL, with its port if the URL has one.
func (r *Row) Host() string { host, _ := splitURL(r.URL); return host }

// Path is the path and query of the row's URL; "" when there is only an
// authority, as in a tunnel.
func (r *Row) Path() string { _, path := splitURL(r.URL); return path }

// splitURL cuts an absolute URL, or host:port, at the end of the authority. It
// does not validate: rows hold what clients sent.
func splitURL(u string) (host, path string) {
	if i := strings.Index(u, "://"); i >= 0 && !strings.ContainsAny(u[:i], "/?#") {
		u = u[i+3:]
	}
	if i := strings.IndexAny(u, "/?#"); i >= 0 {
		u, path = u[:i], u[i:]
	}
	if i := strings.LastIndexByte(u, '@'); i >= 0 {
		u = u[i+1:]
	}
	return u, path
}
