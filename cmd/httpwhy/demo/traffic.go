package demo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// request is one step of the visit. Field lines are "Name: value".
type request struct {
	method, url, body string
	fields            []string
}

// Visit uses the site once through the proxy, as a browser and a script would,
// and returns when all of it was answered or ctx ended. It trusts roots.
func (s *Site) Visit(ctx context.Context, proxy *url.URL, roots *x509.CertPool) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	const patience = 20 * time.Second
	visitor := &http.Client{Transport: transport, Jar: jar, Timeout: patience}
	// A page's fetch sends no cookies to another origin unless it is told to. A
	// cookie jar cannot know: cookies do not tell ports apart.
	fetch := &http.Client{Transport: transport, Timeout: patience}
	for _, step := range s.steps(time.Now()) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if strings.HasPrefix(step.url, s.Page) {
			step.send(ctx, visitor)
		} else {
			step.send(ctx, fetch)
		}
	}
	return nil
}

// send makes the request; that it fails is what many steps are for.
func (r request) send(ctx context.Context, client *http.Client) {
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, strings.NewReader(r.body))
	if err != nil {
		return
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")
	for _, f := range r.fields {
		name, value, _ := strings.Cut(f, ": ")
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return
	}
	io.Copy(io.Discard, resp.Body) //nolint:errcheck // a cut body is one of the steps
	resp.Body.Close()
}

func (s *Site) steps(now time.Time) []request {
	origin := "Origin: " + s.Page
	cors := []string{origin, "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-site"}
	preflight := func(method, fields string) []string {
		return append([]string{
			"Access-Control-Request-Method: " + method, "Access-Control-Request-Headers: " + fields,
		}, cors...)
	}
	token := "Authorization: Bearer " + expiredToken(now)
	json := "Content-Type: application/json"
	return []request{
		{"GET", s.Page + "/", "", nil},
		{"GET", s.Page + "/account", "", nil},
		{"GET", s.Page + "/login", "", nil},
		{"GET", s.API + "/catalog?page=1", "", cors},
		{"GET", s.API + "/prices", "", cors},
		{"GET", s.API + "/reviews", "", cors},
		{"GET", s.API + "/stock", "", cors},
		{"OPTIONS", s.API + "/carts/7", "", preflight("PUT", "content-type")},
		{"OPTIONS", s.API + "/carts/8", "", preflight("PUT", "content-type")},
		{"GET", s.API + "/me", "", nil},
		{"GET", s.API + "/me", "", []string{token}},
		{"GET", s.Page + "/checkout", "", nil},
		{"GET", s.API + "/search?q=tea", "", nil},
		{"POST", s.API + "/orders", `{"items":[1,2],"email":"a@shop.example"}`, []string{json}},
		{"POST", s.API + "/orders", `{"items":[1,2]}`, []string{json}},
		{"POST", s.API + "/orders", `{"items":[1,2],}`, []string{json}},
		{"POST", s.API + "/orders", `{"items":[1,2]}`, []string{"Content-Type: text/plain;charset=UTF-8"}},
		{"POST", s.API + "/graphql", `{"query":"{cart(id:7){id}}"}`, []string{json}},
		{"GET", s.API + "/users/undefined", "", nil},
		{"DELETE", s.API + "/catalog", "", nil},
		{"GET", s.API + "/report", "", nil},
		{"POST", s.Gateway + "/charges", `{"amount":100}`, []string{json}},
		{"GET", s.Gateway + "/refunds", "", nil},
		{"GET", s.Gateway + "/invoices", "", nil},
		{"GET", s.Dead + "/health", "", nil},
		{"GET", "http://api.shop.invalid/v1/items", "", nil},
		{"GET", s.Expired + "/", "", nil},
		{"GET", s.WrongHost + "/", "", nil},
		{"GET", s.SelfSigned + "/", "", nil},
		{"GET", s.API + "/catalog?page=2", "", cors},
	}
}
