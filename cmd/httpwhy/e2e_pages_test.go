package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

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

// firefox opens a page in headless Firefox, which trusts ca, until the test ends.
// Without a proxy it asks the server itself.
func firefox(t *testing.T, proxyURL, ca, page string) {
	t.Helper()
	program, profile := need(t, "firefox-esr"), t.TempDir()
	proxy, err := url.Parse(proxyURL)
	if err != nil {
		t.Fatal(err)
	}
	portNumber, _ := strconv.Atoi(proxy.Port())
	manual := map[bool]int{true: 1}[proxyURL != ""]
	prefs := fmt.Sprintf(`
user_pref("network.proxy.type", %[3]d);
user_pref("network.proxy.http", %[1]q); user_pref("network.proxy.http_port", %[2]d);
user_pref("network.proxy.ssl", %[1]q); user_pref("network.proxy.ssl_port", %[2]d);
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
`, proxy.Hostname(), portNumber, manual)
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600); err != nil {
		t.Fatal(err)
	}
	trustIn(t, profile, ca)
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
