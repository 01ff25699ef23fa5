package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/report"
)

// recordJSON is the whole record in "show --json". Strings that are not UTF-8
// come as {"base64": …}.
type recordJSON struct {
	rowJSON
	Mode      exchange.Mode     `json:"mode"`
	Request   *messageJSON      `json:"request"`
	Interim   []messageJSON     `json:"interim"`
	Response  *messageJSON      `json:"response"`
	Timing    timingJSON        `json:"timing"`
	ClientEnd connectionJSON    `json:"client_connection"`
	ServerEnd connectionJSON    `json:"server_connection"`
	ClosedBy  exchange.Peer     `json:"closed_by"`
	Frames    []frameJSON       `json:"frames"`
	Lost      int               `json:"frames_lost"`
	Notes     []string          `json:"notes"`
	Why       []json.RawMessage `json:"why"`
}

type messageJSON struct {
	Method  any         `json:"method,omitempty"`
	Target  any         `json:"target,omitempty"`
	Status  int         `json:"status,omitempty"`
	Reason  any         `json:"reason,omitempty"`
	Proto   string      `json:"proto"`
	Header  []fieldJSON `json:"header"`
	Trailer []fieldJSON `json:"trailer"`
	Body    bodyJSON    `json:"body"`
}

type fieldJSON struct {
	Name  any `json:"name"`
	Value any `json:"value"`
}

type bodyJSON struct {
	State  exchange.BodyState `json:"state"`
	Size   int64              `json:"size"`
	Kept   int64              `json:"kept"`
	SHA256 string             `json:"sha256,omitempty"`
	// Text or Base64 is what was kept, in its content coding.
	Text   *string `json:"text,omitempty"`
	Base64 *string `json:"base64,omitempty"`
}

// timingJSON are offsets from start in milliseconds; null is unknown.
type timingJSON struct {
	DNSStart     *float64 `json:"dns_start"`
	DNSEnd       *float64 `json:"dns_end"`
	ConnectStart *float64 `json:"connect_start"`
	ConnectEnd   *float64 `json:"connect_end"`
	TLSStart     *float64 `json:"tls_start"`
	TLSEnd       *float64 `json:"tls_end"`
	RequestEnd   *float64 `json:"request_end"`
	FirstByte    *float64 `json:"first_byte"`
	ResponseHead *float64 `json:"response_head"`
	End          *float64 `json:"end"`
}

type connectionJSON struct {
	Number uint64   `json:"number"`
	Addr   string   `json:"addr"`
	Reused bool     `json:"reused"`
	TLS    *tlsJSON `json:"tls"`
}

type tlsJSON struct {
	Version    string            `json:"version"`
	Cipher     string            `json:"cipher"`
	ServerName string            `json:"server_name"`
	ALPN       string            `json:"alpn"`
	Offered    []string          `json:"offered"`
	Resumed    bool              `json:"resumed"`
	Verified   bool              `json:"verified"`
	Chain      []certificateJSON `json:"chain"`
}

type certificateJSON struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	DNSNames  []string  `json:"dns_names"`
	IPs       []string  `json:"ips"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	SHA256    string    `json:"sha256"`
}

type frameJSON struct {
	AtMS   float64       `json:"at_ms"`
	From   exchange.Peer `json:"from"`
	Type   string        `json:"type"`
	Size   int64         `json:"size"`
	Text   *string       `json:"text,omitempty"`
	Base64 *string       `json:"base64,omitempty"`
}

func (s *shown) json() (recordJSON, error) {
	x := s.x
	row := exchange.NewRow(x)
	row.Findings = exchange.Headlines(s.findings)
	r := recordJSON{
		rowJSON: jsonRow(row), Mode: x.Mode, Timing: jsonTiming(x.Timing),
		ClientEnd: jsonConnection(x.Client), ServerEnd: jsonConnection(x.Server), ClosedBy: x.ClosedBy,
		Lost: x.FramesLost, Notes: x.Notes,
	}
	if x.Request.Method != "" {
		r.Request = s.jsonMessage(&x.Request, s.bodies[exchange.RequestSide])
	}
	if x.Response != nil {
		r.Response = s.jsonMessage(x.Response, s.bodies[exchange.ResponseSide])
	}
	for i := range x.Interim {
		r.Interim = append(r.Interim, *s.jsonMessage(&x.Interim[i], nil))
	}
	for _, f := range x.Frames {
		j := frameJSON{AtMS: milliseconds(f.At), From: f.From, Type: f.Type, Size: f.Size}
		j.Text, j.Base64 = textOrBase64(f.Data)
		r.Frames = append(r.Frames, j)
	}
	for i := range s.findings {
		finding, err := report.JSON(&s.findings[i], x)
		if err != nil {
			return r, err
		}
		r.Why = append(r.Why, finding)
	}
	return r, nil
}

func (s *shown) jsonMessage(m *exchange.Message, body []byte) *messageJSON {
	j := &messageJSON{
		Method: wire(m.Method), Target: wire(m.Target), Status: m.Status, Reason: wire(m.Reason), Proto: m.Proto,
		Header: jsonHeader(m.Header), Trailer: jsonHeader(m.Trailer),
		Body: bodyJSON{State: m.Body.State, Size: m.Body.Size, Kept: m.Body.Kept},
	}
	if m.Body.SHA256 != [32]byte{} {
		j.Body.SHA256 = hex.EncodeToString(m.Body.SHA256[:])
	}
	if len(body) > 0 {
		j.Body.Text, j.Body.Base64 = textOrBase64(body)
	}
	return j
}

func jsonHeader(h exchange.Header) []fieldJSON {
	fields := make([]fieldJSON, 0, len(h))
	for _, f := range h {
		fields = append(fields, fieldJSON{wire(f.Name), wire(f.Value)})
	}
	return fields
}

// wire is a string of the wire: as it is where that is UTF-8, which JSON wants.
func wire(s string) any {
	switch {
	case s == "":
		return ""
	case utf8.ValidString(s):
		return s
	default:
		return map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(s))}
	}
}

func textOrBase64(b []byte) (asText, asBase64 *string) {
	if utf8.Valid(b) && !strings.ContainsRune(string(b), 0) {
		s := string(b)
		return &s, nil
	}
	s := base64.StdEncoding.EncodeToString(b)
	return nil, &s
}

func jsonTiming(t exchange.Timing) timingJSON {
	known := func(d time.Duration) *float64 {
		if d == 0 {
			return nil
		}
		ms := milliseconds(d)
		return &ms
	}
	return timingJSON{
		known(t.DNSStart), known(t.DNSEnd), known(t.ConnectStart), known(t.ConnectEnd), known(t.TLSStart),
		known(t.TLSEnd), known(t.RequestEnd), known(t.FirstByte), known(t.ResponseHead), known(t.End),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func jsonConnection(c exchange.Connection) connectionJSON {
	j := connectionJSON{Number: c.Number, Reused: c.Reused}
	if c.Addr.IsValid() {
		j.Addr = c.Addr.String()
	}
	if c.TLS == nil {
		return j
	}
	j.TLS = &tlsJSON{
		Version: c.TLS.Version, Cipher: c.TLS.Cipher, ServerName: c.TLS.ServerName, ALPN: c.TLS.ALPN,
		Offered: c.TLS.Offered, Resumed: c.TLS.Resumed, Verified: c.TLS.Verified,
	}
	for _, cert := range c.TLS.Chain {
		j.TLS.Chain = append(j.TLS.Chain, certificateJSON{
			cert.Subject, cert.Issuer, cert.DNSNames, cert.IPs, cert.NotBefore, cert.NotAfter, hex.EncodeToString(cert.SHA256[:]),
		})
	}
	return j
}
