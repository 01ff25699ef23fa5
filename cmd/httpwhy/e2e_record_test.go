package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
)

// rowsOf waits until n exchanges whose URL contains part were committed, and
// returns them in that order.
func (r *recorder) rowsOf(part string, n int) []rowJSON {
	r.t.Helper()
	var rows []rowJSON
	line := r.lines.wait(func(l string) bool {
		var row rowJSON
		if json.Unmarshal([]byte(l), &row) == nil && strings.Contains(row.URL, part) {
			rows = append(rows, row)
		}
		return len(rows) == n
	})
	if line == "" {
		r.t.Fatalf("%d exchanges with %s were recorded, want %d", len(rows), part, n)
	}
	return rows
}

// healthy waits until n exchanges whose URL contains part were committed: all
// complete, not ours, and without an error or a warning.
func (r *recorder) healthy(part string, n int) []rowJSON {
	r.t.Helper()
	rows := r.rowsOf(part, n)
	for _, row := range rows {
		if row.State != exchange.Complete || row.Failure != nil || row.Synthetic {
			r.t.Errorf("%s %s is recorded as %+v", row.Method, row.URL, row)
		}
		for _, f := range row.Findings {
			if f.Severity == exchange.SeverityError || f.Severity == exchange.SeverityWarning {
				r.t.Errorf("%s %s %d has a false alarm: %s", row.Method, row.URL, row.Status, f.Rule)
			}
		}
	}
	return rows
}

// record is the whole record of an exchange.
func (r *recorder) record(id exchange.ID) recordJSON {
	r.t.Helper()
	var record recordJSON
	if err := json.Unmarshal([]byte(r.httpwhy("show", "--json", fmt.Sprint(id))), &record); err != nil {
		r.t.Fatal(err)
	}
	return record
}

// content is what was kept of a body.
func (b *bodyJSON) content() string {
	switch {
	case b.Text != nil:
		return *b.Text
	case b.Base64 != nil:
		decoded, _ := base64.StdEncoding.DecodeString(*b.Base64)
		return string(decoded)
	default:
		return ""
	}
}

// field is the first field of a message called name, in any case.
func field(fields []fieldJSON, name string) any {
	for _, f := range fields {
		if s, ok := f.Name.(string); ok && strings.EqualFold(s, name) {
			return f.Value
		}
	}
	return nil
}

// throughProxy makes net/http use the recorder.
func (r *recorder) throughProxy(transport *http.Transport) *http.Client {
	proxy, err := url.Parse(r.url)
	if err != nil {
		r.t.Fatal(err)
	}
	transport.Proxy = http.ProxyURL(proxy)
	r.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// eachProtocol runs a test over cleartext, HTTP/1.1 in TLS and h2, with an origin
// served by h and a client that goes through the recorder.
func eachProtocol(t *testing.T, h http.HandlerFunc, test func(t *testing.T, r *recorder, originURL string, client *http.Client)) {
	for _, protocol := range []string{"http", "HTTP/1.1 in TLS", "h2"} {
		t.Run(protocol, func(t *testing.T) {
			if protocol == "http" {
				r := startProxy(t)
				test(t, r, origin(t, h).URL, r.throughProxy(&http.Transport{}))
				return
			}
			o, pem := tlsOrigin(t, h, protocol == "h2")
			r := startProxy(t, "--upstream-ca", pem)
			transport := &http.Transport{ForceAttemptHTTP2: protocol == "h2", TLSClientConfig: trusting(t, r.ca())}
			test(t, r, o.URL, r.throughProxy(transport))
		})
	}
}
