package report

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"httpwhy/inspector/exchange"
	"httpwhy/inspector/transcript"
)

var update = flag.Bool("update", false, "write the golden files anew")

const traffic = `> GET http://api.test/users?page=1 HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: application/json

[]
> POST http://api.test/users HTTP/1.1
> Content-Type: application/json

{"name":"a"}
< HTTP/1.1 201 Created
< Content-Type: application/json

{"id":7}
> GET http://api.test/users/7 HTTP/1.1
< HTTP/1.1 404 Not Found
< Content-Type: application/json

{"code":"USER_NOT_FOUND","message":"no user 7"}
> GET http://api.test/users/8 HTTP/1.1
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json

{"error":{"message":"log in first"}}
> DELETE http://api.test/users/8 HTTP/1.1
< HTTP/1.1 405 Method Not Allowed
> DELETE http://api.test/users/9 HTTP/1.1
< HTTP/1.1 200 OK
> GET http://api.test/orders?user=7 HTTP/1.1
< HTTP/1.1 400 Bad Request
< Content-Type: application/json

{"code":"USER_NOT_FOUND","message":"no user 7"}
> GET http://api.test/orders HTTP/1.1
< HTTP/1.1 429 Too Many Requests
> GET http://api.test/orders HTTP/1.1
< HTTP/1.1 206 Partial Content
> GET http://api.test/orders HTTP/1.1
* failure empty-reply "the server closed the connection"
> GET http://www.test/index.html HTTP/1.1
< HTTP/1.1 200 OK
< Content-Type: text/html

<html></html>`

func build(t *testing.T, reversed bool) *Endpoints {
	t.Helper()
	xs, err := transcript.Parse(traffic)
	if err != nil {
		t.Fatal(err)
	}
	if reversed {
		slices.Reverse(xs)
	}
	e := NewEndpoints()
	for _, x := range xs {
		var findings []exchange.Finding
		if x.Status() == 404 {
			findings = []exchange.Finding{{Rule: "stack-trace-leak", Short: "shows a trace of Go"}}
		}
		e.Add(x, findings)
	}
	return e
}

func TestEndpoints(t *testing.T) {
	e := build(t, false)
	text, err := e.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var indented strings.Builder
	encoder := json.NewEncoder(&indented)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(json.RawMessage(text)); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"endpoints.txt": e.Text(80), "endpoints.md": e.Markdown(), "endpoints.json": indented.String(),
	} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != got {
			t.Errorf("%s differs; run the test with -update and review:\n%s", path, got)
		}
	}
}

func TestEndpointsDoNotDependOnTheOrder(t *testing.T) {
	a, b := build(t, false), build(t, true)
	if a.Text(80) != b.Text(80) || a.Markdown() != b.Markdown() {
		t.Errorf("%s\n%s", a.Text(80), b.Text(80))
	}
}

func TestEndpointsWidth(t *testing.T) {
	e := build(t, false)
	for _, width := range []int{0, 40, 60, 120} {
		for _, line := range strings.Split(e.Text(width), "\n") {
			if utf8.RuneCountInString(line) > max(width, minWidth) && !strings.HasSuffix(line, ".") {
				t.Errorf("width %d: %q", width, line)
			}
		}
	}
}

func TestEndpointsAreBounded(t *testing.T) {
	e := NewEndpoints()
	for i := range maxEndpoints + 10 {
		e.Add(&exchange.Exchange{
			ID: exchange.ID(i + 1), State: exchange.Complete, URL: fmt.Sprintf("http://api.test/%s", strings.Repeat("a", i+1)),
			Request: exchange.Message{Method: "GET"}, Response: &exchange.Message{Status: 200},
		}, nil)
	}
	if e.count != maxEndpoints || e.leftOut != 10 {
		t.Errorf("%d endpoints, %d left out", e.count, e.leftOut)
	}
	if !strings.Contains(e.Text(80), "10 exchanges to further endpoints left out") {
		t.Error("what is left out must be said")
	}
}

func TestEndpointsOfNothing(t *testing.T) {
	e := NewEndpoints()
	if got := e.Text(80); got != "No calls of an API were seen.\n" {
		t.Errorf("%q", got)
	}
	if text, err := e.JSON(); err != nil || string(text) != `{"exchanges":0,"leftOut":0,"hosts":[]}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestHostileNamesStayPlain(t *testing.T) {
	e := NewEndpoints()
	e.Add(&exchange.Exchange{
		ID: 1, State: exchange.Complete, URL: "http://api.test/a|b`c\x1b[2J<script>", Request: exchange.Message{Method: "GE|T"},
		Response: &exchange.Message{Status: 200},
	}, nil)
	if got := e.Markdown(); strings.ContainsAny(got, "\x1b<") || !strings.Contains(got, `a\|b`) || !strings.Contains(got, `GE\|T`) {
		t.Errorf("%q", got)
	}
	if got := e.Text(80); strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}
