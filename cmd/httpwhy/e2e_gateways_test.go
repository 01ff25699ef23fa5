package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// faultyApplication does what the path says to each request.
func faultyApplication(t *testing.T) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	t.Cleanup(func() { end(); l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go misbehave(ctx, conn)
		}
	}()
	return l.Addr().String()
}

func misbehave(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	answer := func(status, body string) {
		io.WriteString(conn, "HTTP/1.1 "+status+"\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"+body)
	}
	switch strings.Trim(request.URL.Path, "/") {
	case "healthy":
		answer("200 OK", `{"ok":true}`)
	case "app500":
		answer("500 Internal Server Error", `{"error":"boom"}`)
	case "app502":
		answer("502 Bad Gateway", `{"error":"payment"}`)
	case "hang":
		<-ctx.Done()
	case "reset":
		conn.(*net.TCPConn).SetLinger(0)
	case "garbage":
		io.WriteString(conn, "\x00\x01 this is no HTTP\r\n\r\n")
	}
}

// gatewayUnderTest is a real gateway in front of the application.
type gatewayUnderTest struct {
	name, program, config string
	// command starts it in the foreground.
	command func(config, dir, addr string) []string
	// faults are the rules that name each fault; those of "" the gateway does not
	// report, e.g. since it takes garbage for HTTP/0.9.
	faults map[string]string
}

var gatewaysUnderTest = []gatewayUnderTest{
	{
		"nginx", "nginx", "nginx.conf",
		func(config, dir, _ string) []string {
			return []string{"-c", config, "-p", dir, "-e", filepath.Join(dir, "error.log")}
		},
		map[string]string{"refused": "gateway-upstream-refused", "reset": "gateway-upstream-refused", "hang": "gateway-upstream-timeout", "garbage": ""},
	},
	{
		"HAProxy", "haproxy", "haproxy.cfg",
		func(config, _, _ string) []string { return []string{"-db", "-f", config} },
		map[string]string{"refused": "gateway-no-healthy-backend", "reset": "gateway-bad-upstream-response", "hang": "gateway-upstream-timeout", "garbage": "gateway-bad-upstream-response"},
	},
	{
		"Caddy", "caddy", "Caddyfile",
		func(config, _, _ string) []string {
			return []string{"run", "--adapter", "caddyfile", "--config", config}
		},
		map[string]string{"refused": "gateway-upstream-refused", "reset": "gateway-upstream-refused", "hang": "gateway-upstream-timeout", "garbage": "gateway-upstream-refused"},
	},
	{
		"Varnish", "varnishd", "varnish.vcl",
		func(config, dir, addr string) []string {
			return []string{"-F", "-j", "none", "-f", config, "-a", addr, "-n", filepath.Join(dir, "v"), "-s", "malloc,8m"}
		},
		map[string]string{"refused": "gateway-upstream-refused", "reset": "gateway-upstream-refused", "hang": "gateway-upstream-refused", "garbage": "gateway-upstream-refused"},
	},
	{
		"Apache", "apache2", "apache.conf",
		func(config, _, _ string) []string { return []string{"-X", "-f", config} },
		map[string]string{"refused": "gateway-upstream-refused", "reset": "gateway-upstream-closed-early", "hang": "gateway-upstream-closed-early", "garbage": ""},
	},
	{
		"lighttpd", "lighttpd", "lighttpd.conf",
		func(config, _, _ string) []string { return []string{"-D", "-f", config} },
		map[string]string{"refused": "gateway-upstream-refused", "reset": "gateway-upstream-closed-early", "hang": "gateway-upstream-timeout", "garbage": "gateway-bad-upstream-response"},
	},
	{
		"H2O", "h2o", "h2o.conf",
		func(config, _, _ string) []string { return []string{"-c", config} },
		map[string]string{"refused": "gateway-upstream-refused", "reset": "gateway-upstream-closed-early", "hang": "gateway-upstream-timeout", "garbage": "gateway-bad-upstream-response"},
	},
	{
		"Squid", "squid", "squid.conf",
		func(config, _, addr string) []string { return []string{"-N", "-n", squidName(addr), "-f", config} },
		map[string]string{"refused": "gateway-upstream-refused", "reset": "gateway-upstream-closed-early", "hang": "gateway-upstream-timeout", "garbage": ""},
	},
}

// squidName tells a Squid from others on this machine: its shared memory is
// named after it.
func squidName(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return "test" + port
}

// freeAddress is an address for a program to listen on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start runs the gateway until the test ends, and returns its address.
func (g *gatewayUnderTest) start(t *testing.T, app string) (addr string) {
	t.Helper()
	program := need(t, g.program)
	dir, addr, dead := t.TempDir(), freeAddress(t), deadAddress(t)
	os.Chmod(dir, 0o755)
	text, err := os.ReadFile(filepath.Join("testdata/gateways", g.config))
	if err != nil {
		t.Fatal(err)
	}
	host := func(a string) string { h, _, _ := net.SplitHostPort(a); return h }
	port := func(a string) string { _, p, _ := net.SplitHostPort(a); return p }
	config := filepath.Join(dir, g.config)
	filled := strings.NewReplacer("$DIR", dir, "$PORT", port(addr), "$APPHOST", host(app), "$APPPORT", port(app),
		"$DEADHOST", host(dead), "$DEADPORT", port(dead), "$APP", app, "$DEAD", dead, "$MODULES", "/usr/lib/apache2/modules").Replace(string(text))
	if err := os.WriteFile(config, []byte(filled), 0o644); err != nil {
		t.Fatal(err)
	}
	if g.program == "apache2" {
		if _, err := os.Stat("/usr/lib/apache2/modules/mod_proxy_http.so"); errors.Is(err, fs.ErrNotExist) {
			t.Skip("apache2's proxy modules are not installed")
		}
	}
	log, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command(program, g.command(config, dir, addr)...)
	c.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	c.Stdout, c.Stderr = log, log
	ownGroup(c)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { c.Wait(); close(ended) }()
	t.Cleanup(func() {
		killGroup(c)
		<-ended
		segments, _ := filepath.Glob("/dev/shm/" + squidName(addr) + "-*")
		for _, s := range segments {
			os.Remove(s)
		}
	})
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return addr
		}
		select {
		case <-ended:
			out, _ := os.ReadFile(log.Name())
			t.Fatalf("%s ended: %s", g.name, out)
		case <-time.After(50 * time.Millisecond):
		}
	}
	out, _ := os.ReadFile(log.Name())
	t.Fatalf("%s does not listen: %s", g.name, out)
	return ""
}

// TestGateways: the right box is named, and the right fault; none for the
// application's own answers.
func TestGateways(t *testing.T) {
	app := faultyApplication(t)
	r := startProxy(t)
	proxy, _ := url.Parse(r.url)
	client := &http.Client{Transport: &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return proxy, nil }, DisableKeepAlives: true}, Timeout: 20 * time.Second}
	for _, g := range gatewaysUnderTest {
		t.Run(g.name, func(t *testing.T) {
			addr := g.start(t, app)
			ask := func(path string) string {
				target := "http://" + addr + "/" + path
				response, err := client.Get(target)
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				io.Copy(io.Discard, response.Body)
				response.Body.Close()
				r.recorded(target[len("http://"):])
				return "url:" + target
			}
			r.noAlarm(ask("healthy"))
			for _, own := range []string{"app500", "app502"} {
				for _, f := range r.why(ask(own)) {
					if f.Family == "gateway" && f.Rule != "app-generated-gateway-status" {
						t.Errorf("%s: the application's own answer is blamed on a gateway: %s", own, f.Verdict)
					}
				}
			}
			for fault, rule := range g.faults {
				filter := ask(fault)
				if rule == "" {
					continue
				}
				f := r.primary(filter)
				if f.Rule != rule || !strings.HasPrefix(f.Verdict, g.name+" made this ") {
					t.Errorf("%s: found %s: %s %v", fault, f.Rule, f.Verdict, f.Evidence)
				}
			}
		})
	}
}
