package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/cors"
)

// corsPolicy configures a middleware, in words that those of both languages
// know. What is "" or nil is left to the middleware.
type corsPolicy struct {
	// Origin is "*", an origin or a list of them, separated by spaces.
	Origin      string   `json:"origin"`
	Methods     []string `json:"methods"`
	Headers     []string `json:"headers"`
	Credentials bool     `json:"credentials"`
	MaxAge      int      `json:"maxAge"`
	Status      int      `json:"status"`
	// Passthrough leaves preflights to the application.
	Passthrough bool `json:"passthrough"`
	// Auth answers 401 without Authorization before the middleware is asked, and
	// is a common mistake.
	Auth bool `json:"auth"`
	// Answer is the application's status.
	Answer int `json:"answer"`
}

// randomPolicies are n requests and the policies that they meet.
func randomPolicies(n int, random *rand.Rand, page string) (cases []*corsCase, policies map[string]corsPolicy) {
	g := &corsGenerator{Rand: random, page: page, other: "127.0.0.1:1"}
	policies = map[string]corsPolicy{}
	own := "http://" + page
	for i := range n {
		c := &corsCase{Name: fmt.Sprintf("m%04d", i), Init: g.init()}
		p := corsPolicy{
			Origin:      g.pick("*", "*", own, own, own+" http://b.test", "http://b.test", "http://b.test https://"+page, own+"/", "https://*.test", "http://127.0.0.1:*"),
			Credentials: g.IntN(3) == 0,
			MaxAge:      g.one(0, 0, 600, -1),
			Status:      g.one(0, 0, 200, 204, 403),
			Passthrough: g.IntN(12) == 0,
			Auth:        g.IntN(8) == 0,
			Answer:      g.one(200, 200, 200, 201, 400, 404, 500),
		}
		if g.IntN(3) > 0 {
			p.Methods = strings.Fields(g.pick("GET POST", "GET POST PUT PATCH DELETE", "*", "put patch", "GET", "PUT DELETE HEAD OPTIONS"))
		}
		if g.IntN(3) > 0 {
			p.Headers = strings.Fields(g.pick("*", "Content-Type", "content-type authorization", "X-Test Content-Type", "Authorization X-Requested-With traceparent", "* Authorization"))
		}
		policies[c.Name] = p
		cases = append(cases, c)
	}
	return cases, policies
}

// rsCORS is the application behind the Go middleware.
func rsCORS(policies map[string]corsPolicy) http.HandlerFunc {
	handlers := map[string]http.Handler{}
	for name, p := range policies {
		app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(p.Answer)
			fmt.Fprint(w, "data")
		})
		handlers[name] = cors.New(cors.Options{
			AllowedOrigins: strings.Fields(p.Origin), AllowedMethods: p.Methods, AllowedHeaders: p.Headers, AllowCredentials: p.Credentials,
			MaxAge: p.MaxAge, OptionsSuccessStatus: p.Status, OptionsPassthrough: p.Passthrough,
		}).Handler(app)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		name := caseOf(r.URL.Path)
		switch p, ok := policies[name]; {
		case !ok:
			w.Header().Set("Set-Cookie", "sid=1; Path=/c")
		case p.Auth && r.Header.Get("Authorization") == "":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			handlers[name].ServeHTTP(w, r)
		}
	}
}

// npmCORS is the same application behind the middleware of npm.
const npmCORS = `
const cors = require("cors"), http = require("http"), fs = require("fs")
const policies = JSON.parse(fs.readFileSync("policies.json"))
const server = http.createServer((req, res) => {
	const p = policies[req.url.split("/")[2]]
	if (!p) return res.setHeader("Set-Cookie", "sid=1; Path=/c").end()
	if (p.auth && !req.headers.authorization) return res.writeHead(401).end()
	const origins = p.origin.split(" ")
	const o = {origin: origins.length > 1 ? origins : origins[0], credentials: p.credentials, preflightContinue: p.passthrough}
	if (p.methods) o.methods = p.methods
	if (p.headers) o.allowedHeaders = p.headers
	if (p.maxAge) o.maxAge = p.maxAge
	if (p.status) o.optionsSuccessStatus = p.status
	cors(o)(req, res, () => res.writeHead(p.answer).end("data"))
})
server.listen(0, "127.0.0.1", () => console.log("127.0.0.1:" + server.address().port))
process.stdin.on("end", () => process.exit()).resume()
`

// startNpmCORS starts the application and returns its address.
func startNpmCORS(t *testing.T, policies map[string]corsPolicy) string {
	t.Helper()
	text, err := json.Marshal(policies)
	if err != nil {
		t.Fatal(err)
	}
	return startNode(t, "cors@2", map[string][]byte{"policies.json": text, "server.js": []byte(npmCORS)})
}

// startNode installs a package of npm, starts server.js, one of the files,
// beside it, and returns the address that this prints. It ends with its input.
func startNode(t *testing.T, module string, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	install := exec.Command(need(t, "npm"), "install", "--prefix", dir, "--no-audit", "--no-fund", "--prefer-offline", module)
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("%s of npm is not installed: %v: %s", module, err, out)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	node := exec.Command(need(t, "node"), "server.js")
	node.Dir = dir
	in, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); node.Wait() })
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(addr)
}

// TestChromiumJudgesMiddlewares: the browser and we say the same of what real
// middlewares answer, whatever their policy.
func TestChromiumJudgesMiddlewares(t *testing.T) {
	need(t, "chromium")
	for name, start := range map[string]func(*testing.T, map[string]corsPolicy) string{
		"go": func(t *testing.T, policies map[string]corsPolicy) string {
			return origin(t, rsCORS(policies)).Listener.Addr().String()
		},
		"npm": startNpmCORS,
	} {
		t.Run(name, func(t *testing.T) {
			page := newCORSOrigin(t, "127.0.0.1:0")
			cases, policies := randomPolicies(*corsCases/2, rand.New(rand.NewPCG(*corsSeed, 1)), page.addr)
			addr := start(t, policies)
			for _, c := range cases {
				c.URL = "http://" + addr + "/c/" + c.Name
			}
			right, decided := compare(t, judged(t, page, cases), func(r *corsResult) string { return fmt.Sprintf("%+v", policies[r.Name]) })
			t.Logf("live judge | Chromium, behind %s with random policies | same answer on %d of %d requests |", map[string]string{"go": "rs/cors", "npm": "the npm package cors"}[name], right, decided)
		})
	}
}

// compare counts the verdicts where the wire decides, and reports where we differ.
func compare(t *testing.T, results []corsResult, more func(*corsResult) string) (right, decided int) {
	t.Helper()
	figures := map[string]int{}
	for _, r := range results {
		agrees, known := r.agrees()
		if known {
			decided++
		}
		if agrees && known {
			right++
		}
		switch {
		case !known:
			figures["not decided by the wire"]++
		case !agrees:
			figures["wrong"]++
			t.Error(r.String(), more(&r))
		case r.Error == "":
			figures["allowed"]++
		default:
			figures[r.Error]++
		}
	}
	for _, k := range slices.Sorted(maps.Keys(figures)) {
		t.Logf("%5d %s", figures[k], k)
	}
	return right, decided
}
