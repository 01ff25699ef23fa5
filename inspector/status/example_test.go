package status

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// demanded are the fields without which the example response would break a
// specification, or hide what the code is about.
var demanded = map[int][]string{
	101: {"Upgrade", "Connection", "Sec-WebSocket-Accept"},
	103: {"Link"}, 104: {"Location", "Upload-Draft-Interop-Version"},
	201: {"Location"}, 202: {"Location"}, 203: {"Via"}, 206: {"Content-Range", "Etag"}, 207: {"Content-Type"}, 226: {"Im", "Etag"},
	300: {"Location"}, 301: {"Location"}, 302: {"Location"}, 303: {"Location"}, 304: {"Etag", "Cache-Control"},
	305: {"Location"}, 307: {"Location"}, 308: {"Location"},
	401: {"Www-Authenticate"}, 405: {"Allow"}, 407: {"Proxy-Authenticate"}, 408: {"Connection"}, 412: {"Etag"},
	415: {"Accept", "Accept-Post"}, 416: {"Content-Range"}, 426: {"Upgrade", "Connection"},
	429: {"Retry-After"}, 451: {"Link"}, 502: {"Proxy-Status"}, 503: {"Retry-After"}, 504: {"Proxy-Status"},
	520: {"Cf-Ray"}, 530: {"Cf-Ray"},
}

// first finds the example of a kind.
func first(t *testing.T, c Code, kind Kind) (Example, bool) {
	t.Helper()
	i := slices.IndexFunc(c.Examples, func(e Example) bool { return e.Kind == kind })
	if i < 0 {
		return Example{}, false
	}
	return c.Examples[i], true
}

func TestExamplesAreInOrder(t *testing.T) {
	for _, c := range table {
		var kinds []Kind
		for _, e := range c.Examples {
			kinds = append(kinds, e.Kind)
			if e.Title == "" || e.Text == "" {
				t.Errorf("%d has an empty example", c.Number)
			}
		}
		want := []Kind{Response, Client, Request}
		if c.Wire == LogOnly || c.Wire == Local {
			want[0] = LogLine
		}
		if len(kinds) == 4 {
			want = append(want, Server)
		}
		if !slices.Equal(kinds, want) {
			t.Errorf("%d has the examples %v, want %v", c.Number, kinds, want)
		}
	}
}

func TestExampleResponses(t *testing.T) {
	for _, c := range table {
		e, ok := first(t, c, Response)
		if !ok {
			continue
		}
		method := http.MethodGet
		if r, ok := first(t, c, Request); ok {
			method, _, _ = strings.Cut(r.Text, " ")
		}
		checkResponses(t, c, method, e.Text)
	}
}

// checkResponses reads all the responses of an example: a 1xx is followed by a
// final one, and nothing is left over.
func checkResponses(t *testing.T, c Code, method, text string) {
	t.Helper()
	reader := bufio.NewReader(strings.NewReader(text))
	for i := 0; ; i++ {
		resp, err := http.ReadResponse(reader, &http.Request{Method: method})
		if err != nil {
			t.Errorf("%d: response %d of the example: %v", c.Number, i, err)
			return
		}
		content, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Errorf("%d: content of the example: %v", c.Number, err)
		}
		if length := resp.Header.Get("Content-Length"); length != "" && length != strconv.Itoa(len(content)) {
			t.Errorf("%d: Content-Length %s, content of %d bytes", c.Number, length, len(content))
		}
		checkFraming(t, c, resp)
		if i == 0 {
			checkStatusLine(t, c, resp)
			for _, field := range demanded[c.Number] {
				present := resp.Header.Get(field) != "" || field == "Connection" && resp.Close // net/http moves it there
				if !present {
					t.Errorf("%d: the example lacks %s", c.Number, field)
				}
			}
		}
		if resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			break
		}
	}
	if rest, _ := io.ReadAll(reader); len(rest) > 0 {
		t.Errorf("%d: %q is left over behind the response", c.Number, rest)
	}
}

// checkFraming holds RFC 9110 sections 6.6.1 and 8.6.
func checkFraming(t *testing.T, c Code, resp *http.Response) {
	t.Helper()
	bare := resp.StatusCode < 200 || resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified
	if has := resp.Header.Get("Content-Length") != ""; has == bare {
		t.Errorf("%d: a response %d with Content-Length: %v", c.Number, resp.StatusCode, has)
	}
	if _, err := http.ParseTime(resp.Header.Get("Date")); err != nil && resp.StatusCode >= 200 {
		t.Errorf("%d: Date: %v", c.Number, err)
	}
}

func checkStatusLine(t *testing.T, c Code, resp *http.Response) {
	t.Helper()
	want := c.Number
	switch {
	case c.Wire == As400:
		want = 400
	case c.Number == 208:
		want = 207 // 208 stands inside
	}
	if resp.StatusCode != want {
		t.Errorf("%d: the example is a %d", c.Number, resp.StatusCode)
	}
	if phrase := strings.TrimPrefix(resp.Status, strconv.Itoa(want)+" "); c.Registered && c.Standing != "unused" && want == c.Number && phrase != c.Phrase {
		t.Errorf("%d: the example's phrase is %q", c.Number, phrase)
	}
}

func TestExampleRequests(t *testing.T) {
	for _, c := range table {
		e, ok := first(t, c, Request)
		if !ok {
			t.Errorf("%d has no request", c.Number)
			continue
		}
		reader := bufio.NewReader(strings.NewReader(e.Text))
		req, err := http.ReadRequest(reader)
		if err != nil {
			t.Errorf("%d: %v", c.Number, err)
			continue
		}
		content, err := io.ReadAll(req.Body)
		rest, _ := io.ReadAll(reader)
		if err != nil || int64(len(content)) != req.ContentLength || len(rest) > 0 {
			t.Errorf("%d: Content-Length %d, content %q, left over %q, %v", c.Number, req.ContentLength, content, rest, err)
		}
		if req.Host == "" {
			t.Errorf("%d: the request has no Host", c.Number)
		}
		if len(content) > 0 && req.Header.Get("Content-Type") == "" {
			t.Errorf("%d: the request has content without a type", c.Number)
		}
	}
}

func TestCurlOf(t *testing.T) {
	tests := []struct{ request, want string }{
		{"GET /a?b=c HTTP/1.1", `curl -i 'https://api.example.test/a?b=c'`},
		{"HEAD / HTTP/1.1", `curl -I 'https://api.example.test/'`},
		{"POST / HTTP/1.1", `curl -i -X POST 'https://api.example.test/'`},
		{
			"PUT / HTTP/1.1\nIf-Match: \"v6\"\n\nit's",
			"curl -i -X PUT \\\n  -H 'If-Match: \"v6\"' \\\n  --data-raw 'it'\\''s' \\\n  'https://api.example.test/'",
		},
	}
	for _, tt := range tests {
		if got := curlOf(complete(tt.request, false)); got != tt.want {
			t.Errorf("%q\n got %s\nwant %s", tt.request, got, tt.want)
		}
	}
}

// TestExampleClientsAreShell has a shell read every command without running it.
func TestExampleClientsAreShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("sh is not installed")
	}
	var script strings.Builder
	for _, c := range table {
		e, _ := first(t, c, Client)
		if !strings.Contains(e.Text, "curl ") {
			t.Errorf("%d: %q is no curl command", c.Number, e.Text)
		}
		fmt.Fprintf(&script, "%s\n", e.Text)
	}
	command := exec.Command(shell, "-n")
	command.Stdin = strings.NewReader(script.String())
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestExampleServersCompile type-checks each snippet as the body of a handler.
func TestExampleServersCompile(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("go is not installed")
	}
	packages := []string{"context", "encoding/json", "errors", "io", "net/http", "net/http/httputil", "net/url", "time"}
	var source strings.Builder
	source.WriteString("package p\n")
	for _, path := range packages {
		fmt.Fprintf(&source, "import %q\n", path)
	}
	source.WriteString("var (_ = context.Canceled; _ = json.Valid; _ = errors.New; _ = io.EOF; _ = httputil.DumpRequest; _ = url.Parse; _ = time.Now)\n")
	count := 0
	for _, c := range table {
		if e, ok := first(t, c, Server); ok {
			count++
			fmt.Fprintf(&source, "//line %d:1\nfunc handle%d(w http.ResponseWriter, r *http.Request) {\n%s\n}\n", c.Number, c.Number, e.Text)
		}
	}
	if count < 25 {
		t.Errorf("%d codes have a server example, want 25 or more", count)
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "examples.go", source.String(), parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: importer.ForCompiler(files, "gc", nil)}
	if _, err := config.Check("p", files, []*ast.File{file}, nil); err != nil {
		t.Error(err)
	}
}
