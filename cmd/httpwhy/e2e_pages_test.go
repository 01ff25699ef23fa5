package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// resources is how many resources the page of site has.
const resources = 200

// site serves a page that loads its resources in every way that pages do, and
// that tells in loaded how it went: how many came, over which protocols.
func site(loaded chan<- string) http.HandlerFunc {
	var page strings.Builder
	page.WriteString(`<!doctype html><link rel="icon" href="data:,"><body>`)
	for i := range resources / 4 {
		fmt.Fprintf(&page, `<link rel="stylesheet" href="/style/%d"><script src="/script/%d"></script><img src="/image/%d">`, i, i, i)
	}
	fmt.Fprintf(&page, `<script>onload = async () => {
		const texts = await Promise.all([...Array(%d).keys()].map(i => fetch('/data/' + i).then(r => r.text())));
		const came = performance.getEntriesByType('resource').filter(e => e.responseStatus === 200);
		const images = [...document.images].filter(i => i.naturalWidth > 0).length;
		await fetch('/loaded', {method: 'POST', body: JSON.stringify({came: came.length, images, texts: texts.join('').length,
			styles: document.styleSheets.length, scripts: window.ran, protocols: [...new Set(came.map(e => e.nextHopProtocol))]})});
		document.body.id = 'done';
	}</script>`, resources/4)
	return func(w http.ResponseWriter, r *http.Request) {
		kind, _, _ := strings.Cut(r.URL.Path[1:], "/")
		switch kind {
		case "":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, page.String())
		case "style":
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, "body { margin: 0 }")
		case "script":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, "window.ran = (window.ran || 0) + 1")
		case "image":
			w.Header().Set("Content-Type", "image/svg+xml")
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`)
		case "data":
			w.Header().Set("Content-Type", "text/plain")
			w.Write(bytes.Repeat([]byte("x"), 1000))
		case "loaded":
			said := new(bytes.Buffer)
			said.ReadFrom(r.Body)
			loaded <- said.String()
			w.WriteHeader(http.StatusNoContent)
		}
	}
}

// wholeSite is what the page says when everything came.
const wholeSite = `{"came":200,"images":50,"texts":50000,"styles":50,"scripts":50,"protocols":["h2"]}`

// checkSite checks the record of a visit.
func checkSite(r *recorder, originURL string) {
	r.t.Helper()
	rows := r.healthy(originURL, resources+2)
	paths := map[string]bool{}
	for _, row := range rows {
		paths[row.URL] = true
		if row.Proto != "HTTP/2.0" {
			r.t.Errorf("%s is recorded as %s", row.URL, row.Proto)
		}
	}
	if len(paths) != resources+2 {
		r.t.Errorf("%d different URLs were recorded", len(paths))
	}
}

func TestChromiumLoadsASite(t *testing.T) {
	loaded := make(chan string, 2)
	o, pemFile := tlsOrigin(t, site(loaded), true)
	r := startProxy(t, "--upstream-ca", pemFile)
	home := t.TempDir()
	trustIn(t, filepath.Join(home, ".pki/nssdb"), r.ca())
	ctx := browser(t, r.url, chromedp.Env("HOME="+home))
	if err := visit(ctx, o.URL, "#done"); err != nil {
		t.Fatal(err)
	}
	if got := <-loaded; got != wholeSite {
		t.Errorf("the page says %s", got)
	}
	checkSite(r, o.URL)
}

// trustIn adds our CA to the certificates of a browser, kept in dir.
func trustIn(t *testing.T, dir, caFile string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-N", "--empty-password"}, {"-A", "-n", "httpwhy", "-t", "C,,", "-i", caFile}} {
		if _, err := command(t, "certutil", append(args, "-d", "sql:"+dir)...); err != nil {
			t.Fatalf("certutil: %v", err)
		}
	}
}

// firefox opens a page in headless Firefox, which trusts our CA, until the test
// ends.
func firefox(t *testing.T, r *recorder, page string) {
	t.Helper()
	program, profile := need(t, "firefox-esr"), t.TempDir()
	proxy, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	prefs := fmt.Sprintf(`
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", %[1]q); user_pref("network.proxy.http_port", %[2]s);
user_pref("network.proxy.ssl", %[1]q); user_pref("network.proxy.ssl_port", %[2]s);
user_pref("network.proxy.no_proxies_on", "");
user_pref("network.proxy.allow_hijacking_localhost", true);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("datareporting.policy.firstRunURL", "");
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
`, proxy.Hostname(), proxy.Port())
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600); err != nil {
		t.Fatal(err)
	}
	trustIn(t, profile, r.ca())
	c := exec.Command(program, "--headless", "--no-remote", "--profile", profile, page)
	c.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	ownGroup(c)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		killGroup(c)
		c.Wait()
	})
}

func TestFirefoxLoadsASite(t *testing.T) {
	need(t, "firefox-esr")
	need(t, "certutil")
	loaded := make(chan string, 2)
	o, pemFile := tlsOrigin(t, site(loaded), true)
	r := startProxy(t, "--upstream-ca", pemFile)
	firefox(t, r, o.URL)
	select {
	case got := <-loaded:
		if got != wholeSite {
			t.Errorf("the page says %s", got)
		}
	case <-time.After(time.Minute):
		t.Fatalf("the page did not load; recorded:\n%s", r.httpwhy("ls"))
	}
	checkSite(r, o.URL)
}

// TestChromiumStreams: a browser opens a WebSocket and an event stream, which
// it reaches in ways of its own: a WebSocket always by CONNECT.
func TestChromiumStreams(t *testing.T) {
	o := origin(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/echo":
			echo(w, r)
		case "/events":
			w.Header().Set("Content-Type", "text/event-stream")
			for i := range 3 {
				fmt.Fprintf(w, "data: event %d\n\n", i)
				http.NewResponseController(w).Flush()
			}
			<-r.Context().Done() // until the page has enough
		default:
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<!doctype html><link rel="icon" href="data:,"><body><script>
				const socket = new WebSocket('ws://' + location.host + '/echo');
				socket.onopen = () => socket.send('hello');
				socket.onmessage = m => { document.body.append(m.data); socket.close(1000, 'bye') };
				socket.onclose = c => {
					document.body.append(' closed ' + c.code);
					const events = new EventSource('/events');
					events.onmessage = m => {
						document.body.append(', ' + m.data);
						if (m.data === 'event 2') { events.close(); document.body.id = 'done' }
					};
				};
			</script>`)
		}
	})
	r := startProxy(t)
	ctx := browser(t, r.url)
	if err := visit(ctx, o.URL, "#done"); err != nil {
		t.Fatal(err)
	}
	if text, err := chromedp.Run(ctx, chromedp.Text("body")); err != nil || text != "hello closed 1000, event 0, event 1, event 2" {
		t.Errorf("%v: the page reads %q", err, text)
	}
	if x := r.record(r.healthy("/echo", 1)[0].ID); x.Status != http.StatusSwitchingProtocols || len(x.Frames) != 4 {
		t.Errorf("the WebSocket is recorded as %d with %d frames", x.Status, len(x.Frames))
	}
	if x := r.record(r.recorded("/events").ID); len(x.Frames) != 3 {
		t.Errorf("the event stream is recorded with %d events", len(x.Frames))
	}
	r.noAlarm("host:" + o.Listener.Addr().String())
}
