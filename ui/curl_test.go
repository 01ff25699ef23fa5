package ui

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

func TestCurlCommand(t *testing.T) {
	x := &exchange.Exchange{
		URL: "http://h.test/a/../b?q=[1]",
		Request: exchange.Message{
			Method: "PUT", Proto: "HTTP/1.1",
			Header: exchange.Header{
				{Name: "Host", Value: "h.test"},
				{Name: "x-Empty", Value: ""},
				{Name: "Authorization", Value: "Bearer 0123456789abcdef0123456789"},
				{Name: "Content-Length", Value: "4"},
				{Name: "Content-Type", Value: "text/plain"},
				{Name: "Connection", Value: "close"},
			},
		},
	}
	want := `curl -X PUT --path-as-is --globoff 'http://h.test/a/../b?q=[1]' -H 'x-Empty;' ` +
		`-H 'Authorization: Bearer 0123456789abcdef0123456789' -H 'Content-Type: text/plain' ` +
		`-H User-Agent: -H Accept: --data-binary 'it'\''s'`
	if got := curlCommand(x, []byte("it's"), nil); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := curlCommand(x, nil, content.MaskField); strings.Contains(got, "0123456789abcdef") {
		t.Errorf("the token shows: %s", got)
	}
	x.Request.Method = "HEAD"
	if got := curlCommand(x, nil, nil); !strings.HasPrefix(got, "curl -I ") {
		t.Errorf("HEAD must not wait for content: %s", got)
	}
}

// A shell gives the program exactly the bytes that were quoted.
func TestShellQuote(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	check := func(s string) error {
		out, err := exec.Command(bash, "-c", "printf %s "+shellQuote(s)).Output()
		if err == nil && string(out) != s {
			t.Errorf("%q became %q by %s", s, out, shellQuote(s))
		}
		return err
	}
	for _, s := range []string{"", "a b", "it's", "$HOME `id` \\", "\x1b[31m", "\xff\xfe", "日本", "a\n\t7", "\u202e", "!x", "-n"} {
		if err := check(s); err != nil {
			t.Error(s, err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		s := strings.ReplaceAll(string(rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(r, "bytes")), "\x00", "")
		quoted := shellQuote(s)
		for _, c := range []byte(quoted) {
			if c < ' ' || c == 0x7f {
				r.Fatalf("%q has a control character", quoted)
			}
		}
	})
}

// What curl sends by the command is the request that was recorded.
func TestCurlSendsTheSameRequest(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	type seen struct {
		method, target string
		header         http.Header
		body           []byte
	}
	got := make(chan seen, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- seen{r.Method, r.RequestURI, r.Header, body}
	}))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	for _, body := range []string{"", "plain", "@file", "a\nb\r\n'\"$`\\", "\x00\x01\xff%s\n", `{"a":[1]}`} {
		x := &exchange.Exchange{
			URL: "http://127.0.0.1:" + port + "/a/../b//c?q={1,2}&x=%20'",
			Request: exchange.Message{Method: "PATCH", Proto: "HTTP/1.1", Header: exchange.Header{
				{Name: "X-Quote", Value: `it's "$HOME"`}, {Name: "Accept", Value: "a/b"}, {Name: "X-Empty", Value: ""},
			}},
		}
		out, err := exec.Command(bash, "-c", curlCommand(x, []byte(body), nil)+" -sS --noproxy '*'").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		r := <-got
		if r.method != "PATCH" || r.target != "/a/../b//c?q={1,2}&x=%20'" || !bytes.Equal(r.body, []byte(body)) {
			t.Errorf("sent %s %s %q, want the body %q", r.method, r.target, r.body, body)
		}
		if r.header.Get("X-Quote") != `it's "$HOME"` || len(r.header["X-Empty"]) != 1 || r.header.Get("User-Agent") != "" ||
			r.header.Get("Content-Type") != "" || r.header.Get("Accept") != "a/b" {
			t.Errorf("sent %v", r.header)
		}
	}
}
