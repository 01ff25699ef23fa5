package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"html/template"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/filter"
)

var (
	corsCases = flag.Int("cors-cases", 150, "how many random CORS answers Chromium judges")
	corsSeed  = flag.Uint64("cors-seed", 1, "the seed of the random CORS answers")
	corsKeep  = flag.String("cors-keep", "", "the file to write the judged random answers to, as inspector/testdata/chromium-cors-random.jsonl has them")
)

// corsCase is a request of a page to another origin, and what it is answered.
type corsCase struct {
	Name string
	// How is the way to ask: "" for fetch, else a key of ways in the page.
	How string `json:",omitempty"`
	// Init are the options of fetch.
	Init map[string]any `json:",omitempty"`
	URL  string
	// Preflight and Actual are the answers: a status line's code and the field
	// lines as they are sent. They lack where the case is answered elsewhere.
	Preflight, Actual corsAnswer `json:"-"`
	// Hops are the answers to requests for the case's URL with "/hop" and a
	// number from 1 appended.
	Hops []corsAnswer `json:"-"`
}

type corsAnswer struct {
	Status int
	Lines  []string
	Type   string
	Body   string
}

// corsOrigin answers the cases on a port of its own. It writes every byte of
// the response itself: a server library would mend what is wrong.
type corsOrigin struct {
	cases map[string]*corsCase
	addr  string
}

func newCORSOrigin(t *testing.T, address string) *corsOrigin {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	o := &corsOrigin{cases: map[string]*corsCase{}, addr: l.Addr().String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go o.serve(conn)
		}
	})
	t.Cleanup(func() { l.Close(); serving.Wait() })
	return o
}

func (o *corsOrigin) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return
		}
		a := o.answer(req)
		body := a.Body
		if body == "" {
			body = "data"
		}
		if req.Method == http.MethodHead || a.Status == 204 || a.Status == 304 {
			body = ""
		}
		head := fmt.Sprintf("HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
		if a.Type != "" {
			head += "Content-Type: " + a.Type + "\r\n"
		}
		if name := caseOf(req.URL.Path); name != "" {
			head += "X-Case: " + name + " " + req.Method + "\r\n"
		}
		for _, l := range a.Lines {
			head += l + "\r\n"
		}
		if a.Status != 204 && a.Status != 304 {
			head += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n"
		}
		if _, err := conn.Write([]byte(head + "\r\n" + body)); err != nil {
			return
		}
	}
}

// answer finds the case in the path: /c/NAME, or /c/NAME/hopN.
func (o *corsOrigin) answer(req *http.Request) corsAnswer {
	parts := strings.Split(req.URL.Path, "/")
	if len(parts) < 3 || o.cases[parts[2]] == nil {
		return corsAnswer{Status: 200, Lines: []string{"Access-Control-Allow-Origin: *", "Set-Cookie: sid=1; Path=/c"}}
	}
	c := o.cases[parts[2]]
	if req.Method == http.MethodOptions && req.Header.Get("Access-Control-Request-Method") != "" {
		return c.Preflight
	}
	if len(parts) > 3 {
		n, _ := strconv.Atoi(strings.TrimPrefix(parts[3], "hop"))
		return c.Hops[n-1]
	}
	return c.Actual
}

// corsPage asks for all cases, some at a time, and has the ID "done" when the
// browser knows what became of each. The last request comes late enough for a
// preflight to count as given up.
var corsPage = template.Must(template.New("page").Parse(`<!doctype html><link rel="icon" href="data:,"><body><script>
const element = (tag, set) => new Promise((done) => {
	const e = document.createElement(tag)
	e.onload = e.onerror = done
	set(e)
	document.body.append(e)
})
const ways = {
	"": (c) => fetch(c.URL, c.Init).then((r) => r.text()),
	image: (c) => element("img", (e) => { e.crossOrigin = "anonymous"; e.src = c.URL }),
	plainimage: (c) => element("img", (e) => { e.src = c.URL }),
	script: (c) => element("script", (e) => { e.type = "module"; e.src = c.URL }),
	plainscript: (c) => element("script", (e) => { e.src = c.URL }),
	style: (c) => element("link", (e) => { e.rel = "stylesheet"; e.crossOrigin = "anonymous"; e.href = c.URL }),
	font: (c) => new FontFace("f" + c.Name.replace(/\W/g, ""), "url(" + c.URL + ")").load(),
	events: (c) => new Promise((done) => { const e = new EventSource(c.URL); e.onopen = e.onerror = () => { e.close(); done() } }),
	beacon: async (c) => { navigator.sendBeacon(c.URL, "x") },
	jsonbeacon: async (c) => { navigator.sendBeacon(c.URL, new Blob(["{}"], {type: "application/json"})) },
	xhr: (c) => new Promise((done) => {
		const x = new XMLHttpRequest()
		x.open(c.Init.method || "GET", c.URL)
		x.withCredentials = c.Init.credentials == "include"
		for (const h in c.Init.headers || {}) x.setRequestHeader(h, c.Init.headers[h])
		x.onloadend = done
		x.send(c.Init.body)
	}),
	sandbox: (c) => new Promise((done) => {
		const f = document.createElement("iframe")
		f.sandbox = "allow-scripts"
		f.srcdoc = "<script>fetch(" + JSON.stringify(c.URL) + "," + JSON.stringify(c.Init || {}) + ").catch(() => 0).finally(() => parent.postMessage(" + JSON.stringify(c.Name) + ", '*'))</` + `script>"
		addEventListener("message", (e) => e.data === c.Name && done())
		document.body.append(f)
	}),
	frame: (c) => element("iframe", (e) => { e.src = c.URL }),
	form: (c) => new Promise((done) => {
		const f = document.createElement("iframe")
		f.name = "form" + c.Name
		document.body.append(f)
		const e = document.createElement("form")
		e.method = "post"; e.action = c.URL; e.target = f.name
		document.body.append(e)
		f.onload = done
		e.submit()
	}),
	ping: async (c) => {
		const a = document.createElement("a")
		a.href = "#x"; a.ping = c.URL
		document.body.append(a)
		a.click()
	},
	twice: (c) => fetch(c.URL, c.Init).then((r) => r.text()).then(() => fetch(c.URL, c.Init)).then((r) => r.text()),
}
async function run() {
	const cases = {{.}}
	await fetch(cases[0].URL.replace(/\/c\/.*/, "/cookie"), {credentials: "include"}).catch(() => 0)
	const worker = async () => { for (let c; c = cases.shift();) try { await Promise.race([ways[c.How || ""](c), new Promise((late) => setTimeout(late, 5000))]) } catch {} }
	await Promise.all(Array.from({length: 8}, worker))
	await new Promise((done) => setTimeout(done, 2600))
	await fetch("/later")
	document.body.id = "done"
}
run()
</script>`))

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

// keep writes a line for each result that the wire decides: Chromium's error
// and the exchanges, in the notation of package transcript.
func keep(t *testing.T, results []corsResult) {
	t.Helper()
	if *corsKeep == "" {
		return
	}
	var b strings.Builder
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for _, r := range results {
		if _, decided := r.agrees(); !decided || strings.HasPrefix(r.Error, "net::") || len(r.Exchanges) == 0 {
			continue
		}
		var text strings.Builder
		for _, x := range r.Exchanges {
			fmt.Fprintf(&text, "> %s %s HTTP/1.1\n", x.Request.Method, x.URL)
			for _, f := range x.Request.Header {
				switch strings.ToLower(f.Name) {
				case "origin", "access-control-request-method", "access-control-request-headers", "sec-fetch-mode", "sec-fetch-site", "content-type", "cookie", "if-none-match", "if-modified-since":
					fmt.Fprintf(&text, "> %s: %s\n", f.Name, f.Value)
				}
			}
			fmt.Fprintf(&text, "< HTTP/1.1 %d %s\n", x.Response.Status, http.StatusText(x.Response.Status))
			for _, f := range x.Response.Header {
				if f.Name == "Location" || strings.HasPrefix(strings.ToLower(f.Name), "access-control-allow-") {
					fmt.Fprintf(&text, "< %s: %s\n", f.Name, f.Value)
				}
			}
		}
		if err := lines.Encode([2]string{r.Error, text.String()}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(*corsKeep, []byte(b.String()), 0o600); err != nil {
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

// randomAnswers are n cases whose answers differ in ways that real servers get
// wrong, for pages of one origin.
func randomAnswers(n int, random *rand.Rand, page, api, other string) []*corsCase {
	g := &corsGenerator{Rand: random, page: page, other: other}
	var cases []*corsCase
	for i := range n {
		c := &corsCase{Name: fmt.Sprintf("r%04d", i), Init: g.init()}
		c.URL = "http://" + api + "/c/" + c.Name
		if g.IntN(8) == 0 && c.Init["mode"] == nil {
			c.How = "xhr"
		}
		c.Preflight = corsAnswer{Status: g.one(200, 204, 200, 204, 200, 204, 200, 204, 200, 204, 200, 204, 201, 206, 203, 205, 299, g.one(401, 403, 404, 405, 500, 300, 304, 600, 305, 306), g.one(301, 302, 303, 307, 308)), Lines: g.preflightLines(c)}
		c.Actual = corsAnswer{Status: g.one(200, 200, 200, 201, 204, 400, 401, 404, 500, 503), Lines: g.originLines(c)}
		if isRedirectStatus(c.Preflight.Status) && g.IntN(3) > 0 {
			c.Preflight.Lines = append(c.Preflight.Lines, "Location: "+g.pick("/c/"+c.Name+"/hop1", c.URL+"/", "https://"+api+"/", "", "http://["))
		}
		own := g.IntN(16) == 0 // the request leaves the page's origin by a redirect
		if own {
			c.URL = "http://" + page + "/c/" + c.Name
		}
		if own || g.IntN(5) == 0 {
			c.Actual.Status = g.one(301, 302, 303, 307, 308, 302, 300, 304)
			hop := "/c/" + c.Name + "/hop1"
			if target := g.pick(hop, "http://"+other+hop, "http://"+page+hop, "http://u:p@"+other+hop, "http://u@"+api+hop, "http://u:p@"+api+hop,
				"//"+other+hop, "http://:@"+other+hop, "http://@"+other+hop, c.Name+"/hop1", "-"); target != "-" {
				c.Actual.Lines = append(c.Actual.Lines, "Location: "+target)
			}
			c.Hops = []corsAnswer{{Status: g.one(200, 200, 404, 500), Lines: g.originLines(c)}}
		}
		cases = append(cases, c)
	}
	return cases
}

func isRedirectStatus(s int) bool { return s > 300 && s < 309 && s != 304 && s != 305 && s != 306 }

type corsGenerator struct {
	*rand.Rand
	page, other string
}

func (g *corsGenerator) one(of ...int) int { return of[g.IntN(len(of))] }

func (g *corsGenerator) pick(of ...string) string { return of[g.IntN(len(of))] }

// init are options of fetch.
func (g *corsGenerator) init() map[string]any {
	o := map[string]any{}
	if m := g.pick("", "", "", "POST", "PUT", "PATCH", "DELETE", "patch", "put", "delete", "HEAD", "QUERY", "post", "OPTIONS", "x-method"); m != "" {
		o["method"] = m
	}
	if g.IntN(4) == 0 {
		o["credentials"] = g.pick("include", "include", "omit", "same-origin")
	}
	h := map[string]string{}
	for range g.IntN(3) {
		switch g.IntN(9) {
		case 0, 1:
			h["X-Test"] = "1"
		case 2:
			h["Authorization"] = "Bearer x"
		case 3:
			h["Content-Type"] = g.pick("application/json", "text/plain", "text/plain;charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml", "text/plain; a=\"b", "TEXT/PLAIN")
		case 4:
			h["Accept"] = g.pick("application/json", strings.Repeat("a", 130), "a(b)")
		case 5:
			h["Range"] = g.pick("bytes=0-9", "bytes=-9", "bytes=0-", "bytes=0-1,3-4", "items=0-1")
		case 6:
			h["Accept-Language"] = g.pick("de", "d_e", "de;q=0.5")
		case 7:
			h["traceparent"] = "00-1-2-01"
		default:
			h[g.pick("X-Requested-With", "Cache-Control", "If-None-Match", "If-Modified-Since", "Save-Data", "DPR", "X-A.B~c!", "*", "Pragma")] = g.pick("1", "no-cache", "\"x\"")
		}
	}
	if len(h) > 0 {
		o["headers"] = h
	}
	if m, _ := o["method"].(string); m != "" && m != "HEAD" && g.IntN(2) == 0 {
		o["body"] = "{}"
	}
	return o
}

// originLines are the fields that allow an origin and credentials.
func (g *corsGenerator) originLines(c *corsCase) []string {
	page := "http://" + g.page
	host, port, _ := net.SplitHostPort(g.page)
	value := func() string {
		if g.IntN(2) == 0 {
			return g.pick("*", page)
		}
		return g.pick("null", "", page+"/", page+"/x", page+"?x", page+"#", "https://"+g.page, "http://"+g.other, "http://"+host, g.page, host, "//"+g.page,
			strings.ToUpper(page), "HTTP://"+g.page, "Null", "NULL", "**", "*.test", "http://*", "http://*:"+port, "https://*.test", "undefined", "true", "false", `"`+page+`"`, "'"+page+"'", "<"+page+">",
			page+","+page, page+", *", "*,*", "* ", "\t*", " "+page+"\t", page+" http://b.test", page+",", ","+page, page+";", ";", "^"+page+"$", "http://"+g.page+".evil.test",
			"http:"+g.page, "http:/"+g.page, "http:///"+g.page, "http:\\\\"+g.page, "http://u@"+g.page, "http://:80", "http://", "http:", "http", ":", "://", "://"+g.page,
			"http://"+host+":99999", "http://"+host+":x", "http://"+host+":", "http://a b", "http://a%20b", "http://a_b", "http://ä.test", "http://[::1]:80", "http://[::1", "http://1.2.3.256", "http://0x7f.1:"+port, "http://127.1:"+port,
			"file:///", "file://", "data:,x", "about:blank", "blob:"+page, "javascript:x", "chrome-extension://abc", "capacitor://localhost", "app:", "1a:b", "a1+-.:b", "_a:b", "{{origin}}", "${ORIGIN}", "$http_origin", "%{ORIGIN}e", "[object Object]", "http://[object]", "/.*/", "(.*)", "http://(a|b).test", "https?://.*", "/^http/", "localhost", "localhost:3000", "http//"+g.page, "http://"+g.page+"\\", "None", "NaN", "any", "all", "0", "http://%", "http://^", "http://a|b", "http://a<b", "http://xn--a", "http://.", "http://..", "http://a..b", "http://1", "http://256", "http://-", "wss://"+g.page, "ftp://"+g.page, "ws:", "ftp:", "wss:x", "file:x", "http:x", "http:?", "http:#", "http:/?", "\u00a0"+page, "foo://a b", "foo://a^b", "foo:// ", "foo://[", "foo://a:b", "foo:///", "foo://%", "foo://a:99999", "foo:\u00e9")
	}
	var lines []string
	name := g.pick("Access-Control-Allow-Origin", "Access-Control-Allow-Origin", "access-control-allow-origin", "ACCESS-CONTROL-ALLOW-ORIGIN")
	switch g.IntN(20) {
	case 0:
	case 1:
		lines = append(lines, name+": "+value(), name+": "+value())
	case 2:
		lines = append(lines, name+": "+page, "access-control-allow-origin: "+g.pick(page, "", "*"))
	default:
		lines = append(lines, name+": "+value())
	}
	if c.Init["credentials"] == "include" || g.IntN(5) == 0 {
		if v := g.pick("true", "true", "true", "true", "True", "TRUE", "false", "", "1", " true ", "true,true", "true, true", "yes", "-"); v != "-" {
			lines = append(lines, "Access-Control-Allow-Credentials: "+v)
			if g.IntN(12) == 0 {
				lines = append(lines, "Access-Control-Allow-Credentials: "+v)
			}
		}
	}
	if g.IntN(4) == 0 {
		lines = append(lines, g.pick("Vary: Origin", "Access-Control-Expose-Headers: *", "Access-Control-Expose-Headers: a b", "Timing-Allow-Origin: x",
			"Cross-Origin-Resource-Policy: same-origin", "Cross-Origin-Resource-Policy: same-site", "Cross-Origin-Embedder-Policy: require-corp", "X-Content-Type-Options: nosniff",
			"Set-Cookie: a=b", "Content-Security-Policy: default-src 'none'", "Access-Control-Allow-Private-Network: true", "Clear-Site-Data: \"cache\""))
	}
	return lines
}

// preflightLines are the fields of an answer to a preflight.
func (g *corsGenerator) preflightLines(c *corsCase) []string {
	lines := g.originLines(c)
	if g.IntN(3) > 0 {
		lines = []string{"Access-Control-Allow-Origin: " + g.pick("*", "http://"+g.page)}
		if c.Init["credentials"] == "include" || g.IntN(4) == 0 {
			lines = append(lines, "Access-Control-Allow-Credentials: "+g.pick("true", "true", "true", "false"))
		}
	}
	method, _ := c.Init["method"].(string)
	if method == "" {
		method = "GET"
	}
	var asked []string
	if h, ok := c.Init["headers"].(map[string]string); ok {
		asked = slices.Sorted(maps.Keys(h))
	}
	list := strings.Join(asked, g.pick(", ", ",", " , ", ",,", ",\t"))
	for range 1 + g.IntN(8)/7 {
		if v := g.pick(method, method, strings.ToUpper(method), strings.ToLower(method), "*", "*", "GET, "+method, method+" POST", method+";POST", "GET,PUT,PATCH,DELETE", "GET, POST, OPTIONS", "", ",", ", "+method+" ,",
			method+",*", "*,GET", `"`+method+`"`, method+"|GET", "[GET, PUT]", method+"\tPOST", "GET/PUT", "all", "-", "-", "* *", "**", method+", ä", "{PUT}"); v != "-" {
			lines = append(lines, "Access-Control-Allow-Methods: "+v)
		}
	}
	for range 1 + g.IntN(8)/7 {
		if v := g.pick(list, list, list, strings.ToUpper(list), strings.ToLower(list), "*", "*", "*,authorization", "*, Authorization", list+", *", "authorization, content-type", "x-test", "X-TEST;content-type", "x-test content-type", "", ",", list+",", ", "+list,
			`"`+list+`"`, "x-*", "x-test:", "Origin, X-Requested-With, Content-Type, Accept", "Origin X-Requested-With", "[x-test]", "content-type, x-test, authorization, traceparent, range, accept, accept-language, cache-control, x-requested-with, pragma, if-none-match",
			"-", "-", "**", "ä", "x-test\tcontent-type", "a,b,c(d)"); v != "-" {
			lines = append(lines, "Access-Control-Allow-Headers: "+v)
		}
	}
	if g.IntN(4) == 0 {
		lines = append(lines, "Access-Control-Max-Age: "+g.pick("0", "-1", "600", "x", "99999999", "1.5"))
	}
	return lines
}

// TestChromiumJudgesRandomAnswers: the browser and we say the same of answers
// that nobody chose.
func TestChromiumJudgesRandomAnswers(t *testing.T) {
	need(t, "chromium")
	page, api, other := newCORSOrigin(t, "127.0.0.1:0"), newCORSOrigin(t, "127.0.0.1:0"), newCORSOrigin(t, "127.0.0.1:0")
	cases := randomAnswers(*corsCases, rand.New(rand.NewPCG(*corsSeed, 0)), page.addr, api.addr, other.addr)
	for _, c := range cases {
		page.cases[c.Name], api.cases[c.Name], other.cases[c.Name] = c, c, c
	}
	results := judged(t, page, cases)
	compare(t, results, func(*corsResult) string { return "" })
	keep(t, results)
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
