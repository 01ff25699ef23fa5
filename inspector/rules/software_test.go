package rules

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

func caseOf(t *testing.T, text string) *Case {
	t.Helper()
	xs, err := transcript.Parse(text)
	if err != nil || len(xs) != 1 {
		t.Fatalf("%d exchanges, error %v", len(xs), err)
	}
	return &Case{X: xs[0]}
}

func TestSoftware(t *testing.T) {
	for _, test := range []struct{ response, want string }{
		{"200 OK\n< Server: nginx/1.22.1", "nginx"},
		{"200 OK\n< Server: nginx/1.22.1\n< X-Powered-By: Express", "Express"},
		{"200 OK\n< Server: Apache/2.4.57 (Debian)\n< X-Powered-By: PHP/8.2", "PHP"},
		{"200 OK\n< X-Powered-By: PHP/8.2\n< Set-Cookie: laravel_session=a", "Laravel"},
		{"200 OK\n< Set-Cookie: csrftoken=a; Path=/", "Django"},
		{"200 OK\n< Set-Cookie: JSESSIONID=a", "Spring"},
		{"200 OK\n< Server: uvicorn", "FastAPI"},
		{"200 OK\n< X-Runtime: 0.1\n< X-Request-Id: a", "Rails"},
		{"404 Not Found\n< Server: nginx\n< Content-Type: application/json\n\n{\"detail\":\"Not Found\"}", "FastAPI"},
		{"404 Not Found\n< Content-Type: text/html\n\n<pre>Cannot GET /x</pre>", "Express"},
		{"502 Bad Gateway\n< Server: nginx\n< X-Powered-By: Express\n< Content-Type: text/html\n\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx/1.22.1</center>", "nginx"},
		{"200 OK\n< Server: cloudflare", ""},
		{"200 OK", ""},
	} {
		c := caseOf(t, "> GET http://app.test/x HTTP/1.1\n< HTTP/1.1 "+test.response)
		if got := c.software(); string(got.Name) != test.want {
			t.Errorf("%q: got %v, want %s", test.response, got, test.want)
		}
	}
}

// shows makes a response suggest the software.
var shows = map[software]string{
	nginx: "Server: nginx", apache: "Server: Apache", caddy: "Server: Caddy", express: "X-Powered-By: Express",
	spring: "X-Application-Context: a", django: "Server: WSGIServer/0.2", fastAPI: "Server: uvicorn",
	flask: "Server: Werkzeug/3", rails: "Server: puma", laravel: "X-Powered-By: PHP/8\n< Set-Cookie: laravel_session=a", php: "X-Powered-By: PHP/8", aspNET: "X-Powered-By: ASP.NET",
	goHTTP: "Content-Type: text/plain; charset=utf-8\n< X-Content-Type-Options: nosniff", haproxy: "Content-Type: text/html",
}

const aPreflight = "> OPTIONS https://api.test/items HTTP/1.1\n> Origin: https://page.test:5173\n> Access-Control-Request-Method: PURGE\n> Access-Control-Request-Headers: content-type, x-test\n"

// snippets is all that can be advised to the users of s.
func snippets(t *testing.T, s software) []exchange.Advice {
	response := "< HTTP/1.1 404 Not Found\n< " + shows[s]
	switch s {
	case goHTTP:
		response += "\n\nnot here\n"
	case haproxy:
		response = "< HTTP/1.1 503 Service Unavailable\n< Content-Type: text/html\n\n<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>"
	}
	c := caseOf(t, "> POST https://api.test/items/a.b HTTP/1.1\n> Origin: https://page.test:5173\n> Cookie: a=b\n"+response)
	p := caseOf(t, aPreflight+response)
	if s == goHTTP { // a line feed at the end, which the notation has not
		for _, x := range []*exchange.Exchange{c.X, p.X} {
			x.Response.Body.Data = append(x.Response.Body.Data, '\n')
		}
	}
	if c.software().Name != s {
		t.Fatalf("%s is taken for %v", s, c.software())
	}
	there := caseOf(t, "> GET https://api.test/ HTTP/1.1\n> Origin: https://page.test\n"+strings.Replace(response, "\n< ", "\n< Access-Control-Allow-Origin: null\n< ", 1))
	fields := "Cache-Control: private, no-store\nVary: Origin\nAccess-Control-Allow-Origin: https://page.test"
	return []exchange.Advice{
		c.allowCORS("a:", c.corsLeave()), p.allowCORS("b:", p.corsLeave()),
		c.inItsWords(exchange.Advice{Text: "c:", Copy: fields}),
		there.inItsWords(exchange.Advice{Text: "c2:", Copy: fields}),
		c.inItsWords(exchange.Advice{Text: "d:", Copy: `WWW-Authenticate: Bearer realm="api.test"`}),
		c.inItsWords(exchange.Advice{Text: "e:", Copy: "Set-Cookie: sid=***; Path=/; Domain=app.test; Max-Age=3600; Secure; HttpOnly; SameSite=Lax"}),
		c.raiseBodyLimit("f:", 3_000_000), c.raiseHeadLimit("g:"), c.raiseTimeout("h:", 120),
		c.compressText("i:"), c.upgradeHeaders("j:"), c.redirectTo("k:", 308, "https://api.test/items/?a=b&c=d"),
		c.trustForwardedProto("l:"), c.collectContent("m:"),
	}
}

// own are those of the advices that are written for s.
func own(t *testing.T, s software) []exchange.Advice {
	var as []exchange.Advice
	for _, a := range snippets(t, s) {
		if strings.Contains(a.Text, ", in "+string(s)+" (by ") {
			as = append(as, a)
		}
	}
	if len(as) < 4 {
		t.Fatalf("only %d of the advices are written for %s", len(as), s)
	}
	return as
}

func TestEverySoftwareHasAdvice(t *testing.T) {
	for s := range shows {
		for _, a := range own(t, s) {
			if strings.Contains(a.Copy, "%!") || strings.Contains(a.Copy, "Origin: ") && !strings.Contains(a.Copy, "header('") {
				t.Errorf("%s: %s", s, a.Copy)
			}
		}
	}
}

// checked runs a program over a file with this content.
func checked(t *testing.T, content, file, program string, args ...string) {
	t.Helper()
	bin, err := exec.LookPath(program)
	if err != nil {
		t.Skip(program + " is not installed")
	}
	path := filepath.Join(t.TempDir(), file)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "FILE", path)
	}
	if out, err := exec.CommandContext(t.Context(), bin, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%s", err, out, content)
	}
}

func joinCopies(as []exchange.Advice, format, separator string) string {
	var parts []string
	for _, a := range as {
		parts = append(parts, fmt.Sprintf(format, a.Copy))
	}
	return strings.Join(parts, separator)
}

// TestSnippetsOfServers lets the servers themselves read what is advised.
func TestSnippetsOfServers(t *testing.T) {
	t.Run("nginx", func(t *testing.T) {
		for _, a := range own(t, nginx) {
			inside := "location / {\n" + a.Copy + "\n}"
			if strings.HasPrefix(a.Copy, "location") || strings.HasPrefix(a.Copy, "large_client") {
				inside = a.Copy
			}
			dir := t.TempDir()
			checked(t, "error_log stderr; pid "+dir+"/pid; events {}\nhttp { access_log off; client_body_temp_path "+dir+"; proxy_temp_path "+dir+"; fastcgi_temp_path "+dir+
				"; uwsgi_temp_path "+dir+"; scgi_temp_path "+dir+"; server { listen 127.0.0.1:18391;\n"+inside+"\n} }", "nginx.conf", "nginx", "-t", "-q", "-c", "FILE")
		}
	})
	t.Run("apache", func(t *testing.T) {
		modules := ""
		for _, m := range []string{"mpm_event", "authz_core", "headers", "rewrite", "proxy", "proxy_http", "proxy_wstunnel", "alias", "deflate", "filter", "env"} {
			modules += fmt.Sprintf("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", m, m)
		}
		for _, a := range own(t, apache) {
			checked(t, modules+"ServerName a.test\nListen 127.0.0.1:18392\nErrorLog /dev/null\n"+strings.ReplaceAll(a.Copy, "APPLICATION:PORT", "127.0.0.1:3000")+"\n", "apache.conf", "apache2", "-t", "-f", "FILE", "-d", "/usr/lib/apache2")
		}
	})
	t.Run("caddy", func(t *testing.T) {
		for _, a := range own(t, caddy) {
			text := ":18393 {\n" + a.Copy + "\n}\n"
			if strings.HasPrefix(a.Copy, "{") {
				text = a.Copy + "\n:18393 {\n}\n"
			}
			text = strings.ReplaceAll(text, "APPLICATION:PORT", "127.0.0.1:3000")
			checked(t, text, "Caddyfile", "caddy", "adapt", "--validate", "--adapter", "caddyfile", "--config", "FILE")
		}
	})
	t.Run("haproxy", func(t *testing.T) {
		for _, a := range own(t, haproxy) {
			global, front := "", a.Copy
			if strings.HasPrefix(a.Copy, "tune.") {
				global, front = a.Copy, ""
			}
			checked(t, "global\n"+global+"\ndefaults\n mode http\n timeout client 9s\n timeout connect 9s\n timeout server 9s\nlisten a\n bind 127.0.0.1:18394\n"+front+"\n", "haproxy.cfg", "haproxy", "-c", "-q", "-f", "FILE")
		}
	})
}

// TestSnippetsOfFrameworks parses what is advised.
func TestSnippetsOfFrameworks(t *testing.T) {
	code := func(s software) []exchange.Advice {
		var as []exchange.Advice
		for _, a := range own(t, s) {
			// Options of commands and of configuration files are no code.
			if !strings.HasPrefix(a.Copy, "node ") && !strings.HasPrefix(a.Copy, "uvicorn ") && !strings.Contains(a.Copy, "zlib.output") && !strings.Contains(a.Copy, "_size =") &&
				!strings.HasPrefix(a.Copy, "post_max") && !strings.HasPrefix(a.Copy, "server.forward") {
				as = append(as, a)
			}
		}
		return as
	}
	t.Run("express", func(t *testing.T) {
		checked(t, joinCopies(code(express), "function f(req, res, value) {\n%s\n}", "\n"), "a.js", "node", "--check", "FILE")
	})
	t.Run("go", func(t *testing.T) {
		checked(t, "package p\n\nfunc f() {\n"+joinCopies(code(goHTTP), "%s", "\n")+"\n}\n", "a.go", "gofmt", "-e", "-l", "FILE")
	})
	for _, s := range []software{django, fastAPI, flask} {
		t.Run(string(s), func(t *testing.T) {
			text := "def f():\n" + joinCopies(code(s), "%s", "\n")
			checked(t, strings.ReplaceAll(text, "\n", "\n    ")+"\n", "a.py", "python3", "-c", "import ast,sys; ast.parse(open(sys.argv[1]).read())", "FILE")
		})
	}
	t.Run("rails", func(t *testing.T) {
		checked(t, joinCopies(code(rails), "%s", "\n"), "a.rb", "ruby", "-c", "FILE")
	})
	t.Run("php", func(t *testing.T) {
		checked(t, "<?php\n"+joinCopies(code(php), "%s", "\n"), "a.php", "php", "-l", "FILE")
	})
}

func TestQuotable(t *testing.T) {
	for value, want := range map[string]bool{
		"https://page.test:5173": true, `Bearer realm="a"`: true, "": false,
		"a'b": false, "$host": false, "a\\b": false, "%[src]": false, "{env.A}": false, "a\nb": false, "`a`": false, "#{a}": false, "é": false,
	} {
		if got := quotable(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
}
