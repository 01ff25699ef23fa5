package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

var (
	corsCases = flag.Int("cors-cases", 150, "how many random CORS answers Chromium judges")
	corsSeed  = flag.Uint64("cors-seed", 1, "the seed of the random CORS answers")
	corsKeep  = flag.String("cors-keep", "", "the file to write the judged random answers to, as inspector/testdata/chromium-cors-random.jsonl has them")
)

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
