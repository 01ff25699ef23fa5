package inspector

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

// corsCase is a case of testdata/chromium-cors.json: what Chromium said to what
// a server answered.
type corsCase struct {
	ID       string
	Act, Pre *corsAnswer
	JS       string
	Verdict  []string
	Wire     []struct {
		M, Path, Origin, Acrm, Acrh, Auth string
	}
}

type corsAnswer struct {
	Status  int
	Headers json.RawMessage
	Raw     string
}

func (a *corsAnswer) header(t *testing.T) exchange.Header {
	var h exchange.Header
	var object map[string]string
	if json.Unmarshal(a.Headers, &object) == nil {
		for name, value := range object {
			h = append(h, exchange.Field{Name: name, Value: strings.Trim(value, " \t")})
		}
		return h
	}
	var lines [][2]string
	if err := json.Unmarshal(a.Headers, &lines); err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		h = append(h, exchange.Field{Name: l[0], Value: l[1]})
	}
	return h
}

// corsRules are the rules that name each of Chromium's errors.
var corsRules = map[string][]string{
	"MissingAllowOriginHeader":                   {"cors-acao-missing", "cors-masks-error-status", "cors-redirect-no-acao"},
	"MultipleAllowOriginValues":                  {"cors-acao-multiple"},
	"InvalidAllowOriginValue":                    {"cors-acao-invalid"},
	"AllowOriginMismatch":                        {"cors-acao-mismatch"},
	"WildcardOriginNotAllowed":                   {"cors-wildcard-with-credentials"},
	"InvalidAllowCredentials":                    {"cors-acac-invalid"},
	"PreflightMissingAllowOriginHeader":          {"cors-preflight-not-handled", "cors-preflight-acao-missing"},
	"PreflightMultipleAllowOriginValues":         {"cors-acao-multiple"},
	"PreflightInvalidAllowOriginValue":           {"cors-acao-invalid"},
	"PreflightAllowOriginMismatch":               {"cors-acao-mismatch"},
	"PreflightInvalidStatus":                     {"cors-preflight-bad-status"},
	"PreflightDisallowedRedirect":                {"cors-preflight-redirect"},
	"InvalidAllowMethodsPreflightResponse":       {"cors-acam-syntax"},
	"InvalidAllowHeadersPreflightResponse":       {"cors-acah-syntax"},
	"MethodDisallowedByPreflightResponse":        {"cors-method-not-allowed"},
	"HeaderDisallowedByPreflightResponse":        {"cors-header-not-allowed"},
	"RedirectContainsCredentials":                {"cors-redirect-userinfo"},
	"PreflightWildcardOriginNotAllowed":          {"cors-wildcard-with-credentials"},
	"PreflightInvalidAllowCredentials":           {"cors-acac-invalid"},
	"net::ERR_INVALID_REDIRECT":                  nil,
	"net::ERR_CONNECTION_RESET":                  nil,
	"net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin": nil,
}

// exchanges are those of the case that the API's server saw.
func (c *corsCase) exchanges(t *testing.T, api string) []*exchange.Exchange {
	start := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	var xs []*exchange.Exchange
	for i, w := range c.Wire {
		x := &exchange.Exchange{
			ID: exchange.ID(i + 1), State: exchange.Complete, Mode: exchange.Forward, URL: api + w.Path,
			Start: start.Add(time.Duration(i) * 50 * time.Millisecond), Timing: exchange.Timing{End: 10 * time.Millisecond},
			Request: exchange.Message{Method: w.M, Target: w.Path, Proto: "HTTP/1.1", Body: exchange.Body{State: exchange.NoBody}},
		}
		x.Request.Header = exchange.Header{{Name: "User-Agent", Value: "Mozilla/5.0"}}
		for name, value := range map[string]string{
			"Origin": w.Origin, "Access-Control-Request-Method": w.Acrm, "Access-Control-Request-Headers": w.Acrh, "Authorization": w.Auth,
		} {
			if value != "" {
				x.Request.Header = append(x.Request.Header, exchange.Field{Name: name, Value: value})
			}
		}
		answer := c.Act
		if w.M == http.MethodOptions {
			answer = c.Pre
		}
		if answer.Raw != "" {
			x.State, x.Failure = exchange.Failed, &exchange.Failure{Kind: exchange.ConnectionReset, Alert: -1, Message: "connection reset by peer"}
		} else {
			x.Response = &exchange.Message{Status: answer.Status, Proto: "HTTP/1.1", Header: answer.header(t), Body: exchange.Body{State: exchange.NoBody}}
		}
		xs = append(xs, x)
	}
	// The page lives on: a request that did not come by now will not.
	later := *styleSheet
	later.ID, later.Start = exchange.ID(len(xs)+1), start.Add(5*time.Second)
	return append(xs, &later)
}

// styleSheet is a request of the page to its own origin.
var styleSheet = &exchange.Exchange{
	State: exchange.Complete, URL: "http://page.test:18101/style.css",
	Request:  exchange.Message{Method: http.MethodGet, Proto: "HTTP/1.1", Header: exchange.Header{{Name: "User-Agent", Value: "Mozilla/5.0"}}},
	Response: &exchange.Message{Status: http.StatusOK, Body: exchange.Body{State: exchange.NoBody}},
}

// score logs a row of the scoreboard, which a test of cmd/httpwhy collects: who
// knows the answer, and how often the rules agree.
func score(t *testing.T, judge, format string, args ...any) {
	t.Helper()
	t.Logf("judge | %s | %s |", judge, fmt.Sprintf(format, args...))
}

// TestChromiumCORS compares the verdicts with Chromium's. Where the credentials
// mode decides and no cookie shows it, the wire does not tell.
func TestChromiumCORS(t *testing.T) {
	var file struct {
		API   string
		Cases []corsCase
	}
	text, err := os.ReadFile("testdata/chromium-cors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	exact, inferred, allowed, quiet, decidable := 0, 0, 0, 0, 0
	for _, c := range file.Cases {
		var want []string
		named := false
		for _, v := range c.Verdict {
			code, _, _ := strings.Cut(v, "(")
			ids, known := corsRules[code]
			want, named = append(want, ids...), named || known && ids != nil
		}
		got := ""
		for _, fs := range findingsOf(c.exchanges(t, file.API)) {
			for _, f := range fs {
				if f.Family == "cors" && f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
					got = f.Rule
				}
			}
		}
		isAllowed := len(c.Verdict) == 0 && strings.HasPrefix(c.JS, "ok")
		switch {
		case len(c.Verdict) == 0 && got != "":
			t.Errorf("%s is allowed but %s fires", c.ID, got)
		case isAllowed:
			allowed++
			quiet++
		}
		if !named && !isAllowed || c.elsewhere(t) {
			continue // no CORS check decided it, or one of an answer that is not here
		}
		decidable++
		switch {
		case isAllowed && got == "" || contains(want, got):
			exact++
		case named && got == "cors-preflight-blocked-inferred":
			inferred++
		default:
			t.Logf("%s: %v, got %q", c.ID, c.Verdict, got)
		}
	}
	score(t, "Chromium, CORS", "%d of %d decidable cases exact, %d more inferred; no alarm on %d of %d that it allowed", exact, decidable, inferred, quiet, allowed)
	if exact < minExactCORS || exact+inferred < minExactCORS+minInferredCORS || quiet < allowed {
		t.Errorf("want at least %d named exactly, %d more inferred, and all of the allowed quiet", minExactCORS, minInferredCORS)
	}
}

// The bounds that a plain reading of the Fetch standard reaches on the same
// cases, blocked and allowed together.
const (
	minExactCORS    = 101
	minInferredCORS = 3
)

// elsewhere reports whether another server than the API's answered last: the
// file has no such answers.
func (c *corsCase) elsewhere(t *testing.T) bool {
	if c.Act == nil || c.Act.Raw != "" {
		return false
	}
	h := c.Act.header(t)
	followed := h.Has("Access-Control-Allow-Origin") || c.Wire[0].Origin == ""
	return followed && strings.HasPrefix(h.Get("Location"), "http") && !contains(c.Verdict, "RedirectContainsCredentials")
}

// TestChromiumOther reads requests with Origin that are not, or need not be, in
// CORS mode: nothing may be stated as certain but what Chromium blocked by CORS.
func TestChromiumOther(t *testing.T) {
	var file struct {
		Other []struct {
			ID  string
			Log []string
		}
		Wire map[string][]map[string]string
	}
	text, err := os.ReadFile("testdata/chromium-net.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	blocked := map[string]bool{}
	for _, o := range file.Other {
		for _, l := range o.Log {
			for path := range file.Wire {
				blocked[path] = blocked[path] || strings.Contains(l, path+"'") && strings.Contains(l, "CORS policy")
			}
		}
	}
	quiet, all := 0, 0
	for path, requests := range file.Wire {
		for _, fields := range requests {
			x := &exchange.Exchange{
				ID: 1, State: exchange.Complete, Mode: exchange.Forward, URL: "http://" + fields["host"] + path, Start: styleSheet.Start,
				Request:  exchange.Message{Method: fields["m"], Target: path, Proto: "HTTP/1.1", Body: exchange.Body{State: exchange.NoBody}},
				Response: &exchange.Message{Status: 200, Proto: "HTTP/1.1", Body: exchange.Body{State: exchange.NoBody}},
			}
			for name, value := range fields {
				if name != "m" {
					x.Request.Header = append(x.Request.Header, exchange.Field{Name: name, Value: value})
				}
			}
			all++
			certain := ""
			for _, f := range findingsOf([]*exchange.Exchange{x})[1] {
				if f.Family == "cors" && f.Confidence == exchange.Certain && f.Severity.Rank() >= exchange.SeverityWarning.Rank() {
					certain = f.Rule
				}
			}
			switch {
			case certain == "":
				quiet++
			case !blocked[path]:
				t.Errorf("%s: %s is stated as certain", path, certain)
			}
		}
	}
	score(t, "Chromium, modes other than CORS", "%d of %d requests: nothing certain; it blocked the others", quiet, all)
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func findingsOf(xs []*exchange.Exchange) map[exchange.ID][]exchange.Finding {
	i := New(Options{})
	found := map[exchange.ID][]exchange.Finding{}
	take := func(us []Update) {
		for _, u := range us {
			found[u.Exchange] = u.Findings
		}
	}
	for _, x := range xs {
		take(i.Observe(x))
	}
	take(i.Flush())
	return found
}

// gatewayFaults are the rules that name what was wrong behind a gateway.
// Gateways that have one page for several faults are asked for a rule that
// covers the fault.
var gatewayFaults = map[string]map[string]string{
	"nginx":   {"reset": "upstream-refused", "empty": "upstream-refused", "bighdr": "upstream-refused", "badhdr": "upstream-refused", "refused": "upstream-refused", "hang": "upstream-timeout"},
	"haproxy": {"reset": "bad-upstream-response", "empty": "bad-upstream-response", "garbage": "bad-upstream-response", "bighdr": "bad-upstream-response", "badhdr": "bad-upstream-response", "refused": "no-healthy-backend", "hang": "upstream-timeout"},
	"apache":  {"reset": "upstream-closed-early", "empty": "upstream-closed-early", "hang": "upstream-closed-early", "bighdr": "bad-upstream-response", "badhdr": "bad-upstream-response", "refused": "upstream-refused", "tlsplain": "tls-to-origin"},
	"caddy":   {"reset": "upstream-refused", "empty": "upstream-refused", "garbage": "upstream-refused", "badhdr": "upstream-refused", "refused": "upstream-refused", "hang": "upstream-timeout"},
	"varnish": {"reset": "upstream-refused", "empty": "upstream-refused", "garbage": "upstream-refused", "bighdr": "upstream-refused", "badhdr": "upstream-refused", "refused": "upstream-refused", "hang": "upstream-refused"},
}

var gatewayNames = map[string]string{"nginx": "nginx", "haproxy": "HAProxy", "apache": "Apache", "caddy": "Caddy", "varnish": "Varnish"}

// TestGatewayPages reads what real gateways answered for faulty applications.
func TestGatewayPages(t *testing.T) {
	text, err := os.ReadFile("testdata/gateways.txt")
	if err != nil {
		t.Fatal(err)
	}
	right, all := 0, 0
	for _, part := range strings.Split(string(text), "### ")[1:] {
		title, raw, _ := strings.Cut(part, "\n")
		gateway, fault, _ := strings.Cut(title, " ")
		at := strings.Index(raw, "HTTP/1.1 ")
		// Captures in which curl gave up, or TLS met a cleartext port, are no
		// evidence of what the gateway says.
		if at < 0 || strings.Contains(raw[:at], "curl: (27)") || fault == "tlsplain" && gateway != "apache" {
			continue
		}
		got := findingsOf([]*exchange.Exchange{gatewayExchange(t, raw[at:])})[1]
		rule := ""
		for _, f := range got {
			if f.Family == "gateway" && f.Rule != "app-generated-gateway-status" {
				rule = f.Rule
				if !strings.HasPrefix(f.Verdict, gatewayNames[gateway]+" made this ") {
					t.Errorf("%s: verdict %q", title, f.Verdict)
				}
			}
		}
		want := gatewayFaults[gateway][fault]
		if want != "" {
			all++
			if rule == "gateway-"+want {
				right++
			} else {
				t.Errorf("%s: want gateway-%s, got %q", title, want, rule)
			}
		} else if rule != "" {
			t.Errorf("%s: the gateway is not to blame, got %q", title, rule)
		}
	}
	score(t, "nginx, HAProxy, Apache, Caddy, Varnish", "generator and fault of %d of %d pages", right, all)
	if right*100 < all*95 {
		t.Errorf("only %d of %d right", right, all)
	}
	if all < 30 {
		t.Errorf("only %d captures were read", all)
	}
}

func gatewayExchange(t *testing.T, raw string) *exchange.Exchange {
	raw = strings.Replace(raw, "\r\n\r\n", "\n\n", 1)
	head, body, _ := strings.Cut(raw, "\n\n")
	var b strings.Builder
	b.WriteString("> GET http://app.test/ HTTP/1.1\n")
	for line := range strings.SplitSeq(head, "\n") {
		b.WriteString("< " + line + "\n")
	}
	b.WriteString("\n" + body)
	xs, err := transcript.Parse(b.String())
	if err != nil || len(xs) != 1 {
		t.Fatalf("%d exchanges, %v", len(xs), err)
	}
	return xs[0]
}
