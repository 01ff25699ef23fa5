package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// inspected is the program as it is started without a command, with an origin
// and a client that uses it.
type inspected struct {
	*terminal
	origin *httptest.Server
	dead   string
	client *http.Client
	sent   int
}

// inspect starts the program on a screen of 80 by 24 cells. options are such of
// env, before, and of httpwhy, after.
func inspect(t *testing.T, env, flags string) *inspected {
	t.Helper()
	need(t, "tmux")
	i := &inspected{
		terminal: &terminal{t, fmt.Sprintf("httpwhy-test-%d-%d", os.Getpid(), time.Now().UnixNano())},
		origin:   origin(t, shop), dead: "http://" + deadAddress(t),
	}
	command := fmt.Sprintf("env HOME=%s XDG_STATE_HOME= XDG_DATA_HOME= HTTPWHY_CAPTURE= NO_COLOR= %s httpwhy --listen 127.0.0.1:0 %s; echo exit=$?; sleep 60",
		t.TempDir(), env, flags)
	i.tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", "80", "-y", "24", command)
	t.Cleanup(func() { i.tmux("kill-server") })
	waiting := regexp.MustCompile(`the first request on (127\.0\.0\.1:\d+)`)
	proxy := &url.URL{Scheme: "http", Host: waiting.FindStringSubmatch(i.shows(waiting.String()))[1]}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy)}
	t.Cleanup(transport.CloseIdleConnections)
	i.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return i
}

// order is the one body that the shop takes: it has what shells would change.
var order = []byte(`{"name":"O'Neill \"$HOME\" \\n","price":1}`)

// shop answers /code/N with N.
func shop(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	code := http.StatusOK
	switch {
	case strings.HasPrefix(r.URL.Path, "/code/"):
		fmt.Sscanf(r.URL.Path, "/code/%d", &code)
	case r.Method == http.MethodPost && !bytes.Equal(body, order):
		code = http.StatusUnprocessableEntity
	case r.Method == http.MethodPost:
		code = http.StatusCreated
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"code": code, "got": len(body)})
}

// send sends a request through the proxy.
func (i *inspected) send(method, url string, body []byte) {
	i.t.Helper()
	req, err := http.NewRequestWithContext(i.t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		i.t.Fatal(err)
	}
	if method == http.MethodOptions {
		req.Header.Set("Origin", "http://page.test")
		req.Header.Set("Access-Control-Request-Method", "PUT")
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := i.client.Do(req)
	if err != nil {
		i.t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	i.sent++
}

// traffic sends n rounds of a mixture, and waits until all of it is listed.
func (i *inspected) traffic(n int) {
	i.t.Helper()
	for range n {
		i.send(http.MethodGet, i.origin.URL+"/products?page=1", nil)
		i.send(http.MethodGet, i.origin.URL+"/code/404", nil)
		i.send(http.MethodPost, i.origin.URL+"/orders", []byte("{}"))
		i.send(http.MethodOptions, i.origin.URL+"/code/405", nil)
		i.send(http.MethodGet, i.dead+"/health", nil)
	}
	i.shows(fmt.Sprintf(`%d of %[1]d`, i.sent))
}

// rows are the rows of the list on a screen of 24 lines.
func rows(screen string) []string { return strings.Split(screen, "\n")[3:19] }

// chosen is the row of the list that is selected.
func chosen(t *testing.T, screen string) string {
	t.Helper()
	for _, row := range rows(screen) {
		if strings.HasPrefix(row, ">") {
			return row
		}
	}
	t.Fatalf("no row is selected:\n%s", screen)
	return ""
}

var listRow = regexp.MustCompile(`^[> ][✗▲i~ ] +(GET|POST|OPTIONS) +([0-9]{3}|ERR) `)

func TestInspectorFollowsTraffic(t *testing.T) {
	i := inspect(t, "", "--theme mono")
	i.traffic(4)
	screen := i.shows(`\[1 List\]`) // Set-up left by itself
	for n, row := range rows(screen) {
		if !listRow.MatchString(row) {
			t.Errorf("row %d is %q", n+4, row)
		}
	}
	if last := rows(screen)[15]; !strings.HasPrefix(last, ">") || !strings.Contains(screen, "LIVE") {
		t.Errorf("the last row is not followed:\n%s", screen)
	}

	i.send(http.MethodGet, i.origin.URL+"/stays", nil)
	i.send(http.MethodGet, i.origin.URL+"/last", nil)
	i.shows(`(?m)^>  *GET +200 .*/last`)
	i.press("k")
	i.shows(`(?m)^>  *GET +200 .*/stays`)
	i.traffic(4)
	screen = i.screen()
	if row := chosen(t, screen); !strings.Contains(row, "/stays") || strings.Contains(screen, "LIVE") {
		t.Errorf("the selection moved to %q:\n%s", row, screen)
	}
	i.press("G")
	if row := chosen(t, i.shows(`LIVE`)); !strings.Contains(row, "/health") {
		t.Errorf("G goes to %q", row)
	}
}

func TestInspectorFilters(t *testing.T) {
	i := inspect(t, "", "--theme mono")
	i.traffic(4)
	i.press("/")
	i.press("-l", "status:404")
	screen := i.shows(`/ status:404 +4 of 20`) // all of it is typed
	if strings.Contains(screen, "/health") || strings.Count(screen, " 404 ") < 4 {
		t.Errorf("filtered to\n%s", screen)
	}
	// What is no filter yet changes nothing.
	i.press("-l", " (")
	screen = i.shows(`list unchanged`)
	if strings.Contains(screen, "/health") || strings.Count(screen, " 404 ") < 4 {
		t.Errorf("half a filter lists\n%s", screen)
	}
	i.press("C-u")
	i.shows(`20 of 20`)
	i.press("-l", "metod:GET")
	i.shows(`metod:GET[\s\S]*method`)
	i.press("Escape")
	i.shows(`20 of 20`)
}

// TestInspectorCopiesAsCurl: the copied command does the same as the request.
func TestInspectorCopiesAsCurl(t *testing.T) {
	need(t, "curl")
	i := inspect(t, "", "--theme mono")
	i.traffic(1)
	i.send(http.MethodPost, i.origin.URL+"/orders", order)
	i.shows(`(?m)^>. +POST +201 .*/orders`)
	i.press("c")
	i.shows(`copied curl command`)
	copied := strings.TrimSpace(i.tmux("show-buffer"))
	out, err := exec.Command("sh", "-c", copied+" -sS -o /dev/null -w '%{http_code}'").CombinedOutput()
	if err != nil || string(out) != "201" {
		t.Errorf("%v: %s ended with %s", err, copied, out)
	}
}

func TestInspectorSearchesCodes(t *testing.T) {
	i := inspect(t, "", "--theme mono")
	i.press("5")
	i.shows(`\[5 Codes\]`)
	i.press("/")
	i.press("-l", "too many")
	i.shows(`(?m)^> +429 Too Many Requests`)
}

var colour = regexp.MustCompile(`\x1b\[[0-9;:]*\b([34]8|[349][0-7]|10[0-7])[;:m]`)

// TestInspectorWithoutColour: NO_COLOR means no colour, and --ascii means ASCII.
func TestInspectorWithoutColour(t *testing.T) {
	coloured := inspect(t, "TERM=xterm-256color", "--theme dark")
	coloured.traffic(4)
	if codes := coloured.tmux("capture-pane", "-t", "t", "-p", "-e"); !colour.MatchString(codes) {
		t.Errorf("there is no colour without NO_COLOR: %q", codes)
	}
	plain := inspect(t, "TERM=xterm-256color NO_COLOR=1", "--ascii")
	plain.traffic(4)
	if codes := plain.tmux("capture-pane", "-t", "t", "-p", "-e"); colour.MatchString(codes) {
		t.Errorf("there is colour despite NO_COLOR: %q", colour.FindString(codes))
	}
	for _, view := range []struct{ key, shows string }{
		{"2", `\[2 Problems`}, {"5", `\[5 Codes`}, {"6", `\[6 Setup`}, {"1", `\[1 List`}, {"Enter", `VERDICT`},
	} {
		plain.press(view.key)
		screen := plain.shows(view.shows)
		if n := strings.IndexFunc(screen, func(c rune) bool { return c > '~' }); n >= 0 {
			t.Errorf("%q is on\n%s", screen[n:n+3], screen)
		}
	}
}
