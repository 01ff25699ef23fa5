package ui

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"time"

	"httpwhy/inspector/exchange"
)

// sampleStart is when the sample traffic begins.
var sampleStart = time.Date(2026, 11, 22, 19, 1, 0, 0, time.UTC)

// sampleToken expired on 2026-11-22 18:49:10Z. Its signature is "c2ln".
const sampleToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." +
	"eyJzdWIiOiI0MiIsImlzcyI6Imh0dHBzOi8vaWQudGVzdCIsImF1ZCI6ImFwaSIsImlhdCI6MTc5NTM2OTc1MCwiZXhwIjoxNzk1MzczMzUwfQ.c2ln"

// sampleSource is a capture with one exchange of each kind that the screen
// shows differently.
func sampleSource() *fakeSource {
	f := newFakeSource()
	for i := range 6 {
		f.put(get("https://api.example.test/v1/catalog?page="+fmt.Sprint(i), 200, 38*time.Millisecond, "application/json", `{"items":[1,2,3]}`))
	}
	preflight := get("https://api.example.test/v1/carts/7", 204, 3*time.Millisecond, "", "")
	preflight.Request.Method = "OPTIONS"
	f.put(preflight, exchange.Finding{Rule: "preflight-ok", Family: "cors", Severity: exchange.SeverityInfo, Confidence: exchange.Certain, Short: "preflight ok", Verdict: "The preflight allows the PUT that follows."})
	put := get("https://api.example.test/v1/carts/7", 200, 41*time.Millisecond, "application/json", `{"ok":true}`)
	put.Request.Method = "PUT"
	put.Request.Body = body(`{"sku":"it's","n":2}`)
	f.put(put)
	moved := get("https://shop.example.test/account", 301, 2*time.Millisecond, "", "")
	moved.Response.Header = append(moved.Response.Header, exchange.Field{Name: "Location", Value: "/account/"})
	f.put(moved,
		exchange.Finding{Rule: "redirect", Severity: exchange.SeverityGood, Confidence: exchange.Certain, Short: "→ /account/", Verdict: "The redirect adds a slash."})
	f.put(get("https://shop.example.test/account/", 200, 19*time.Millisecond, "text/html", "<!doctype html><p>Hi</p>"))
	f.put(get("https://api.example.test/v1/search?q=sh", 429, 4*time.Millisecond, "application/json", `{"error":"slow down"}`), rateLimited("rate limited, wait 30 s"))
	f.put(get("https://api.example.test/v1/search?q=sho", 429, 3*time.Millisecond, "application/json", `{"error":"slow down"}`), rateLimited("retried 29 s too early"))
	f.put(get("https://cdn.example.test/img/日本語.webp", 200, 12*time.Millisecond, "image/webp", "RIFF\x00\x01"))
	f.put(refused())
	f.put(get("https://api.example.test/esc", 200, 5*time.Millisecond, "text/plain", "plain \x1b[31mRED\x1b[0m \x1b]52;c;aGFja2Vk\x07 [red]tag[-]\n"))
	f.put(bigBody(f))
	f.put(underWay())
	f.put(expiredToken(), jwtExpired())
	for id, x := range f.all {
		x.Start = x.Start.Add(time.Duration(id) * 100 * time.Millisecond)
	}
	return f
}

func at(f *exchange.Exchange, took time.Duration) *exchange.Exchange {
	f.Start = sampleStart
	f.Client = exchange.Connection{Number: 1, Addr: netip.MustParseAddrPort("127.0.0.1:51034")}
	f.Server = exchange.Connection{Number: 2, Addr: netip.MustParseAddrPort("192.0.2.7:443")}
	ms := took / 10
	f.Timing = exchange.Timing{
		DNSStart: 1, DNSEnd: ms, ConnectStart: ms, ConnectEnd: 2 * ms, TLSStart: 2 * ms, TLSEnd: 4 * ms,
		RequestEnd: 4*ms + ms/2, FirstByte: 9 * ms, ResponseHead: 9*ms + ms/4, End: 10 * ms,
	}
	return f
}

func body(s string) exchange.Body {
	if s == "" {
		return exchange.Body{State: exchange.NoBody, Expected: -1}
	}
	return exchange.Body{
		State: exchange.WholeBody, Size: int64(len(s)), Expected: int64(len(s)), Kept: int64(len(s)),
		Data: []byte(s), SHA256: sha256.Sum256([]byte(s)),
	}
}

func get(url string, status int, took time.Duration, mime, content string) *exchange.Exchange {
	r := exchange.Row{URL: url}
	x := &exchange.Exchange{
		State: exchange.Complete, Mode: exchange.Intercepted, URL: url,
		Request: exchange.Message{
			Method: "GET", Target: r.Path(), Proto: "HTTP/1.1",
			Header: exchange.Header{{Name: "Host", Value: r.Host()}, {Name: "user-agent", Value: "shop-web/4.2"}, {Name: "Accept", Value: "*/*"}},
			Body:   body(""),
		},
		Response: &exchange.Message{
			Status: status, Proto: "HTTP/1.1",
			Header: exchange.Header{{Name: "Date", Value: "Sun, 22 Nov 2026 19:01:57 GMT"}},
			Body:   body(content),
		},
	}
	if mime != "" {
		x.Response.Header = append(x.Response.Header, exchange.Field{Name: "Content-Type", Value: mime})
	}
	return at(x, took)
}

func rateLimited(short string) exchange.Finding {
	return exchange.Finding{
		Rule: "rate-limited", Family: "rate", Severity: exchange.SeverityWarning, Confidence: exchange.Certain, Short: short,
		Verdict:   "The server allows the next request in 30 s.",
		Evidence:  []exchange.Evidence{{Part: exchange.ResponseHeader, Name: "Retry-After", Value: "30"}},
		Fix:       exchange.Fix{Client: exchange.Advice{Text: "Wait as long as Retry-After says before the next try."}},
		Reference: "https://www.rfc-editor.org/rfc/rfc6585#section-4",
	}
}

func refused() *exchange.Exchange {
	x := get("http://dev.example.test:9999/health", 502, time.Millisecond, "text/plain", "connection refused\n")
	x.Mode, x.State, x.Synthetic = exchange.Forward, exchange.Failed, true
	x.Failure = &exchange.Failure{
		Kind: exchange.ConnectRefused, Peer: exchange.ServerPeer, Alert: -1, Expected: -1,
		Message: "connect to 127.0.0.1:9999: connection refused",
	}
	return x
}

func underWay() *exchange.Exchange {
	x := get("https://api.example.test/v1/events", 0, 0, "", "")
	x.State, x.Response, x.Timing = exchange.Active, nil, exchange.Timing{}
	return x
}

func bigBody(f *fakeSource) *exchange.Exchange {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range 20000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"user %d","email":"u%d@example.test"}`, i, i, i)
	}
	b.WriteByte(']')
	x := get("https://api.example.test/big", 200, 90*time.Millisecond, "application/json", "")
	x.Response.Body = exchange.Body{
		State: exchange.WholeBody, Size: int64(b.Len()), Expected: int64(b.Len()), Kept: int64(b.Len()),
		Data: b.Bytes()[:exchange.HeadSize], SHA256: sha256.Sum256(b.Bytes()),
	}
	x.ID = exchange.ID(len(f.all) + 1)
	f.bodies[x.ID] = b.Bytes()
	return x
}

func expiredToken() *exchange.Exchange {
	x := get("https://api.example.test/v1/me", 401, 13*time.Millisecond, "application/json", `{"error":"invalid_token","error_description":"The token expired"}`)
	x.Request.Header = append(x.Request.Header, exchange.Field{Name: "Authorization", Value: "Bearer " + sampleToken})
	x.Response.Reason = "Unauthorized"
	x.Response.Header = append(x.Response.Header, exchange.Field{
		Name: "WWW-Authenticate", Value: `Bearer error="invalid_token", error_description="The token expired"`,
	})
	x.Server.TLS = &exchange.TLS{
		Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: "api.example.test", ALPN: "http/1.1", Verified: true,
		Chain: []exchange.Certificate{{
			Subject: "CN=*.example.test", Issuer: "CN=R11", DNSNames: []string{"*.example.test"},
			NotBefore: sampleStart.AddDate(0, -1, 0), NotAfter: sampleStart.AddDate(0, 2, 0),
		}},
	}
	return x
}

func jwtExpired() exchange.Finding {
	return exchange.Finding{
		Rule: "jwt-expired", Family: "auth", Severity: exchange.SeverityError, Confidence: exchange.Certain,
		Short:   "token expired 12 min ago",
		Verdict: "The access token expired 12 min before this request.",
		Why:     "The server rejects a token whose exp claim has passed.",
		Evidence: []exchange.Evidence{
			{Part: exchange.ResponseHeader, Name: "WWW-Authenticate", Value: `Bearer error="invalid_token", error_description="The token expired"`},
			{Part: exchange.RequestHeader, Name: "Authorization", Value: "Bearer " + sampleToken, Note: "exp 2026-11-22 18:49:10Z"},
			{Part: exchange.ResponseHeader, Name: "Date", Value: "Sun, 22 Nov 2026 19:01:57 GMT", Note: "the server's own clock"},
		},
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "Refresh when less than 30 s are left; retry a 401 once with the new token.", Copy: "if time.Until(tok.Expiry) < 30*time.Second {\n\ttok, err = src.Token()\n}"},
			Server: exchange.Advice{Text: "Allow 30 to 60 s of leeway on exp and nbf."},
		},
		Reference: "https://www.rfc-editor.org/rfc/rfc6750#section-3.1",
	}
}

// sampleClients are texts for Set-up.
func sampleClients() []Client {
	return []Client{
		{"this shell", "export HTTP_PROXY=http://127.0.0.1:8080\nexport NO_PROXY=\nexport NODE_EXTRA_CA_CERTS=/ca.pem\nexport REQUESTS_CA_BUNDLE=/ca-bundle.pem"},
		{"curl", "curl -x http://127.0.0.1:8080 --cacert /ca.pem https://example.test/"},
		{"java", "keytool -importcert -file /ca.pem"},
	}
}
