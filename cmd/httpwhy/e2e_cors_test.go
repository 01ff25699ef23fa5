package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
)

// corsJudge is what Chromium said of each case.
type corsJudge struct {
	mu     sync.Mutex
	cases  map[network.RequestID]string
	errors map[string]string
}

func (j *corsJudge) take(ev any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		if name := caseOf(ev.Request.URL); name != "" && j.cases[ev.RequestID] == "" {
			j.cases[ev.RequestID] = name
		}
	case *network.EventLoadingFailed:
		name := j.cases[ev.RequestID]
		if name == "" {
			return
		}
		if ev.CorsErrorStatus != nil {
			j.errors[name] = string(ev.CorsErrorStatus.CorsError)
		} else if j.errors[name] == "" && ev.ErrorText != "net::ERR_ABORTED" {
			j.errors[name] = ev.ErrorText + " " + string(ev.BlockedReason)
		}
	}
}

// caseOf is the name of the case that a URL belongs to, "" for other URLs.
func caseOf(u string) string {
	parsed, err := url.Parse(u)
	if err != nil {
		return ""
	}
	rest, ok := strings.CutPrefix(parsed.Path, "/c/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// corsResult is a case with the browser's error and our findings about it.
type corsResult struct {
	*corsCase
	Error string
	Found []whyLine
	Rows  []rowJSON
	// Exchanges are those of the case that got an answer.
	Exchanges []*exchange.Exchange
}

// judged has Chromium make the requests through the proxy.
func judged(t *testing.T, page *corsOrigin, cases []*corsCase) []corsResult {
	t.Helper()
	r := startProxy(t)
	// A frame in a process of its own would tell its errors elsewhere.
	ctx := browser(t, r.url, chromedp.Flag("disable-features", "IsolateSandboxedIframes"))
	j := &corsJudge{cases: map[network.RequestID]string{}, errors: map[string]string{}}
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	listen(t, ctx, j)
	var b strings.Builder
	if err := corsPage.Execute(&b, cases); err != nil {
		t.Fatal(err)
	}
	page.cases["page"] = &corsCase{Actual: corsAnswer{Status: 200, Type: "text/html; charset=utf-8", Body: b.String()}}
	if err := visit(ctx, "http://"+page.addr+"/c/page", "#done"); err != nil {
		t.Fatal(err)
	}
	r.recorded("/later")
	r.stop()
	results := map[string]*corsResult{}
	for _, c := range cases {
		results[c.Name] = &corsResult{corsCase: c, Error: j.errors[c.Name]}
	}
	readCases(t, r.capture, results)
	for line := range strings.Lines(r.httpwhy("ls", "--json")) {
		var row rowJSON
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if c := results[caseOf(row.URL)]; c != nil {
			c.Rows = append(c.Rows, row)
		}
	}
	for _, f := range r.why("") {
		if c := results[caseOf(f.URL)]; c != nil {
			c.Found = append(c.Found, f)
		}
	}
	var all []corsResult
	for _, name := range slices.Sorted(maps.Keys(results)) {
		all = append(all, *results[name])
	}
	return all
}

func listen(t *testing.T, ctx context.Context, j *corsJudge) {
	t.Helper()
	if err := chromedp.Listen(ctx, j.take); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
}

// readCases reads the exchanges of the cases, and checks that each answer is
// recorded with the request that got it.
func readCases(t *testing.T, capture string, results map[string]*corsResult) {
	t.Helper()
	r, err := openReader(capture)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context())
	all := func(row exchange.Row) error {
		x, err := r.Exchange(t.Context(), row.ID)
		if err != nil || x.Response == nil {
			return err
		}
		name := caseOf(x.URL)
		if got := x.Response.Header.Get("X-Case"); got != "" && got != name+" "+x.Request.Method {
			t.Errorf("#%d %s %s has the answer to %s", x.ID, x.Request.Method, x.URL, got)
		}
		if c := results[name]; c != nil {
			c.Exchanges = append(c.Exchanges, x)
		}
		return nil
	}
	if err := eachRow(t.Context(), r, new(filter.Filter), all); err != nil {
		t.Fatal(err)
	}
}

// corsErrorRules are the rules that name each of Chromium's errors.
var corsErrorRules = map[string][]string{
	"MissingAllowOriginHeader":             {"cors-acao-missing", "cors-masks-error-status", "cors-redirect-no-acao"},
	"MultipleAllowOriginValues":            {"cors-acao-multiple"},
	"InvalidAllowOriginValue":              {"cors-acao-invalid"},
	"AllowOriginMismatch":                  {"cors-acao-mismatch"},
	"WildcardOriginNotAllowed":             {"cors-wildcard-with-credentials"},
	"InvalidAllowCredentials":              {"cors-acac-invalid"},
	"PreflightMissingAllowOriginHeader":    {"cors-preflight-not-handled", "cors-preflight-acao-missing"},
	"PreflightMultipleAllowOriginValues":   {"cors-acao-multiple"},
	"PreflightInvalidAllowOriginValue":     {"cors-acao-invalid"},
	"PreflightAllowOriginMismatch":         {"cors-acao-mismatch"},
	"PreflightWildcardOriginNotAllowed":    {"cors-preflight-blocked-inferred"},
	"PreflightInvalidAllowCredentials":     {"cors-preflight-blocked-inferred"},
	"PreflightInvalidStatus":               {"cors-preflight-bad-status"},
	"PreflightDisallowedRedirect":          {"cors-preflight-redirect"},
	"InvalidAllowMethodsPreflightResponse": {"cors-acam-syntax"},
	"InvalidAllowHeadersPreflightResponse": {"cors-acah-syntax"},
	"MethodDisallowedByPreflightResponse":  {"cors-method-not-allowed", "cors-preflight-blocked-inferred"},
	"HeaderDisallowedByPreflightResponse":  {"cors-header-not-allowed", "cors-preflight-blocked-inferred"},
	"RedirectContainsCredentials":          {"cors-redirect-userinfo"},
}

// ours are the rules of the family that report a problem of the case.
func (r *corsResult) ours() []string {
	var ids []string
	for _, f := range r.Found {
		if f.Family == "cors" && (f.Severity == "error" || f.Severity == "warning") && !slices.Contains(ids, f.Rule) {
			ids = append(ids, f.Rule)
		}
	}
	return ids
}

// agrees reports whether what we found is what Chromium says. decided is false
// where the wire does not tell: the credentials mode shows in cookies alone.
func (r *corsResult) agrees() (agrees, decided bool) {
	ours := r.ours()
	want, cors := corsErrorRules[r.Error]
	credentials := strings.HasSuffix(r.Error, "WildcardOriginNotAllowed") || strings.HasSuffix(r.Error, "InvalidAllowCredentials")
	switch {
	case strings.HasPrefix(r.Error, "net::ERR_INVALID_REDIRECT"):
		return slices.Equal(ours, []string{"cors-preflight-redirect"}), true
	case len(ours) == 1 && credentials:
		return slices.Contains(want, ours[0]), slices.Contains(want, ours[0]) // else another check fails too
	case len(ours) == 1 && r.Init["credentials"] == "include" && strings.HasSuffix(r.Error, "DisallowedByPreflightResponse"):
		return true, slices.Contains(want, ours[0]) // the same for * as method or header
	case !cors:
		return len(ours) == 0, true
	case len(ours) == 0 && credentials && !strings.HasPrefix(r.Error, "Preflight"):
		return false, false
	}
	return len(ours) == 1 && slices.Contains(want, ours[0]) && r.onTheRightExchange(), true
}

// onTheRightExchange reports whether what is wrong with a preflight is said of
// the preflight, and what is not is not.
func (r *corsResult) onTheRightExchange() bool {
	methods := map[uint64]string{}
	for _, row := range r.Rows {
		methods[uint64(row.ID)] = row.Method
	}
	for _, f := range r.Found {
		if f.Family == "cors" && f.Severity != "good" && f.Severity != "info" && r.Init["method"] != "OPTIONS" &&
			(methods[f.Exchange] == http.MethodOptions) != strings.Contains(r.Error, "Preflight") {
			return false
		}
	}
	return true
}

func (r *corsResult) String() string {
	init, _ := json.Marshal(r.Init)
	s := fmt.Sprintf("%s %s %s: Chromium says %q, we %v\n  preflight %d %q\n  actual %d %q\n", r.Name, r.How, init, r.Error, r.ours(), r.Preflight.Status, r.Preflight.Lines, r.Actual.Status, r.Actual.Lines)
	for _, h := range r.Hops {
		s += fmt.Sprintf("  hop %d %q\n", h.Status, h.Lines)
	}
	for _, row := range r.Rows {
		s += fmt.Sprintf("  #%d %s %s %d\n", row.ID, row.Method, row.URL, row.Status)
	}
	return s
}

// TestChromiumNamesCORSErrors provokes each CORS error that shows on the wire,
// in every way that pages ask, beside what looks alike and is fine.
func TestChromiumNamesCORSErrors(t *testing.T) {
	need(t, "chromium")
	page, api, other := newCORSOrigin(t, "127.0.0.1:0"), newCORSOrigin(t, "127.0.0.1:0"), newCORSOrigin(t, "0.0.0.0:0")
	origin := "http://" + page.addr
	plain := "http://" + strings.Replace(other.addr, "[::]", "0.0.0.0", 1) // where Chromium sends no Sec-Fetch fields
	star, exact, credentials := "Access-Control-Allow-Origin: *", "Access-Control-Allow-Origin: "+origin, "Access-Control-Allow-Credentials: true"
	allows := func(lines ...string) corsAnswer { return corsAnswer{Status: 200, Lines: lines} }
	put := map[string]any{"method": "PUT"}
	header := map[string]any{"headers": map[string]string{"X-Test": "1"}}
	include := map[string]any{"credentials": "include"}
	includePut := map[string]any{"method": "PUT", "credentials": "include"}
	bearer := map[string]any{"headers": map[string]string{"Authorization": "Bearer x"}}
	table := []struct {
		error, how        string
		init              map[string]any
		preflight, actual corsAnswer
		hop               *corsAnswer
		onlyTrustworthy   bool
	}{
		{error: "MissingAllowOriginHeader", actual: allows()},
		{error: "MissingAllowOriginHeader", actual: corsAnswer{Status: 503}},
		{error: "MissingAllowOriginHeader", actual: corsAnswer{Status: 302, Lines: []string{"Location: /login"}}},
		{error: "MissingAllowOriginHeader", how: "xhr", init: header, preflight: allows(star, "Access-Control-Allow-Headers: x-test"), actual: corsAnswer{Status: 401}},
		{error: "MissingAllowOriginHeader", how: "image", actual: corsAnswer{Status: 404}},
		{error: "MissingAllowOriginHeader", how: "script", actual: corsAnswer{Status: 200, Type: "text/javascript", Body: "1"}},
		{error: "MissingAllowOriginHeader", how: "style", actual: corsAnswer{Status: 200, Type: "text/css", Body: "a{}"}},
		{error: "MissingAllowOriginHeader", how: "font", actual: allows()},
		{error: "MissingAllowOriginHeader", how: "events", actual: corsAnswer{Status: 200, Type: "text/event-stream", Body: "data: 1\n\n"}},
		{error: "MissingAllowOriginHeader", how: "sandbox", actual: allows()},
		{error: "AllowOriginMismatch", how: "sandbox", actual: allows(exact)},
		{how: "sandbox", actual: allows("Access-Control-Allow-Origin: null")},
		{error: "MultipleAllowOriginValues", actual: allows(star, star)},
		{error: "InvalidAllowOriginValue", actual: allows("Access-Control-Allow-Origin: undefined")},
		{error: "AllowOriginMismatch", actual: allows(exact + "/")},
		{error: "WildcardOriginNotAllowed", how: "xhr", init: include, actual: allows(star, credentials)},
		{error: "InvalidAllowCredentials", init: include, actual: allows(exact, "Access-Control-Allow-Credentials: True")},
		{init: include, actual: allows(exact, credentials)},
		{error: "RedirectContainsCredentials", actual: corsAnswer{Status: 307, Lines: []string{star, "Location: http://u:p@" + page.addr + "/"}}},
		{error: "AllowOriginMismatch", actual: corsAnswer{Status: 302, Lines: []string{star, "Location: %s/hop1"}}, hop: &corsAnswer{Status: 200, Lines: []string{exact}}},
		{actual: corsAnswer{Status: 302, Lines: []string{star, "Location: %s/hop1"}}, hop: &corsAnswer{Status: 200, Lines: []string{star}}},
		{error: "PreflightMissingAllowOriginHeader", init: put, preflight: corsAnswer{Status: 405}},
		{error: "PreflightMissingAllowOriginHeader", init: put, preflight: allows("Access-Control-Allow-Methods: PUT")},
		{error: "PreflightMissingAllowOriginHeader", how: "jsonbeacon", preflight: allows()},
		{error: "PreflightMultipleAllowOriginValues", init: put, preflight: allows("Access-Control-Allow-Origin: " + origin + ", " + origin)},
		{error: "PreflightInvalidAllowOriginValue", init: put, preflight: allows("Access-Control-Allow-Origin: ")},
		{error: "PreflightAllowOriginMismatch", init: put, preflight: allows("Access-Control-Allow-Origin: https://" + page.addr)},
		{error: "PreflightInvalidStatus", init: put, preflight: corsAnswer{Status: 401, Lines: []string{star}}},
		{error: "PreflightDisallowedRedirect", init: put, preflight: corsAnswer{Status: 301, Lines: []string{star, "Location: /there"}}},
		{error: "InvalidAllowMethodsPreflightResponse", init: put, preflight: allows(star, "Access-Control-Allow-Methods: GET PUT")},
		{error: "InvalidAllowHeadersPreflightResponse", init: header, preflight: allows(star, "Access-Control-Allow-Headers: x-test;y")},
		{error: "MethodDisallowedByPreflightResponse", init: put, preflight: allows(star, "Access-Control-Allow-Methods: put")},
		{error: "HeaderDisallowedByPreflightResponse", how: "xhr", init: header, preflight: allows(star)},
		{error: "PreflightWildcardOriginNotAllowed", init: includePut, preflight: allows(star, credentials, "Access-Control-Allow-Methods: PUT")},
		{error: "PreflightInvalidAllowCredentials", init: includePut, preflight: allows(exact, "Access-Control-Allow-Methods: PUT")},
		{error: "MethodDisallowedByPreflightResponse", init: includePut, preflight: allows(exact, credentials, "Access-Control-Allow-Methods: *")},
		{init: put, how: "twice", preflight: allows(star, "Access-Control-Allow-Methods: PUT", "Access-Control-Max-Age: 60"), actual: allows(star)},
		{init: bearer, preflight: allows(star, "Access-Control-Allow-Headers: *"), actual: allows(star)},
		{error: "net::ERR_BLOCKED_BY_ORB ", how: "plainimage", actual: corsAnswer{Status: 200, Type: "application/json", Body: "{}", Lines: []string{"X-Content-Type-Options: nosniff"}}},
		{error: "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin corp-not-same-origin", init: map[string]any{"mode": "no-cors"}, actual: allows("Cross-Origin-Resource-Policy: same-origin")},
		{init: map[string]any{"mode": "no-cors", "method": "POST", "body": "x"}, actual: corsAnswer{Status: 204}},
		{how: "plainscript", actual: corsAnswer{Status: 200, Type: "text/javascript", Body: "1"}},
		{how: "beacon", actual: corsAnswer{Status: 204}},
		{how: "frame", actual: allows()},
		{how: "form", actual: allows()},
		{how: "ping", actual: corsAnswer{Status: 204}},
	}
	var cases []*corsCase
	want := map[string]string{}
	for i, row := range table {
		for _, host := range []string{"a", "b"} {
			addr, elsewhere := "http://"+api.addr, plain
			if host == "b" {
				addr, elsewhere = elsewhere, addr
			}
			c := &corsCase{Name: fmt.Sprintf("%s%02d", host, i), How: row.how, Init: row.init, Preflight: row.preflight, Actual: row.actual}
			c.URL = addr + "/c/" + c.Name
			c.Actual.Lines = slices.Clone(row.actual.Lines)
			for i, l := range c.Actual.Lines {
				c.Actual.Lines[i] = strings.Replace(l, "%s", elsewhere+"/c/"+c.Name, 1)
			}
			if row.hop != nil {
				c.Hops = []corsAnswer{*row.hop}
			}
			page.cases[c.Name], api.cases[c.Name], other.cases[c.Name] = c, c, c
			cases = append(cases, c)
			want[c.Name] = row.error
		}
	}
	seen := map[string]bool{}
	for _, r := range judged(t, page, cases) {
		if r.Error != want[r.Name] {
			t.Errorf("want %q: %s", want[r.Name], r.String())
		}
		if agrees, decided := r.agrees(); decided && !agrees {
			t.Error(r.String())
		} else if agrees {
			seen[r.Error] = true
		}
	}
	for name := range corsErrorRules {
		if !seen[name] {
			t.Errorf("%s was not provoked, or not decided", name)
		}
	}
}
