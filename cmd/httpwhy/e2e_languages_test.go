package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// greeting answers with what it was asked, so that a client can show that its
// request came through whole.
func greeting(w http.ResponseWriter, r *http.Request) {
	sent, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "%s %s %s [%s]\n", r.Proto, r.Method, r.URL.Path, sent)
}

func TestGoClient(t *testing.T) {
	eachProtocol(t, greeting, func(t *testing.T, r *recorder, originURL string, client *http.Client) {
		for i := range 20 {
			path := fmt.Sprintf("/post/%d", i)
			resp, err := client.Post(originURL+path, "text/plain", io.MultiReader(strings.NewReader("chunk"), strings.NewReader("ed")))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if want := fmt.Sprintf("%s POST %s [chunked]\n", resp.Proto, path); err != nil || string(got) != want {
				t.Errorf("got %q, want %q: %v", got, want, err)
			}
		}
		rows := r.healthy(originURL, 20)
		if first := r.record(rows[0].ID); first.Request.Body.content() != "chunked" || first.Proto != first.Response.Proto {
			t.Errorf("recorded %+v", first.Request)
		}
		if last := r.record(rows[19].ID); !last.ClientEnd.Reused || !last.ServerEnd.Reused {
			t.Error("the last request is not recorded on a connection that was used before")
		}
	})
}

// tunnelTo listens for programs that know no proxies, and opens a CONNECT to
// target for each of their connections.
func (r *recorder) tunnelTo(target string) (addr string) {
	r.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { l.Close() })
	proxy, _ := url.Parse(r.url)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go connectThrough(c, proxy.Host, target)
		}
	}()
	return l.Addr().String()
}

func connectThrough(c net.Conn, proxy, target string) {
	defer c.Close()
	p, err := net.Dial("tcp", proxy)
	if err != nil {
		return
	}
	defer p.Close()
	fmt.Fprintf(p, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target)
	head := make([]byte, 0, 256)
	for b := make([]byte, 1); !strings.HasSuffix(string(head), "\r\n\r\n"); head = append(head, b...) {
		if _, err := p.Read(b); err != nil {
			return
		}
	}
	go func() {
		io.Copy(p, c)
		p.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(c, p)
}

// TestNghttp: a second implementation of HTTP/2 with many streams at once, one
// of them an upload.
func TestNghttp(t *testing.T) {
	need(t, "nghttp")
	big := strings.Repeat("0123456789", 30_000)
	o, pem := tlsOrigin(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, big)
	}), true)
	r := startProxy(t, "--upstream-ca", pem)
	upload := filepath.Join(t.TempDir(), "upload")
	if err := os.WriteFile(upload, []byte(big), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := r.tunnelTo(o.Listener.Addr().String())
	out, err := command(t, "nghttp", "-m", "10", "https://"+addr+"/get")
	if err != nil || len(out) != 10*len(big) { // the streams' frames are mixed
		t.Fatalf("%d bytes, %v", len(out), err)
	}
	out, err = command(t, "nghttp", "-d", upload, "--trailer", "x-sum: 42", "https://"+addr+"/upload")
	if err != nil || out != big {
		t.Fatalf("%d bytes, %v", len(out), err)
	}
	r.healthy("/get", 10)
	row := r.healthy("/upload", 1)[0]
	if x := r.record(row.ID); x.Request.Body.content() != big || field(x.Request.Trailer, "x-sum") != "42" {
		t.Errorf("recorded an upload of %d bytes, trailer %v", x.Request.Body.Size, x.Request.Trailer)
	}
}

// underRun runs a program under "httpwhy run", and returns what it printed and
// what was recorded.
func underRun(t *testing.T, upstreamCA string, program ...string) (string, []rowJSON) {
	t.Helper()
	need(t, program[0])
	home := t.TempDir()
	out, notices, err := run(home, append([]string{"--upstream-ca", upstreamCA, "--"}, program...)...)
	if err != nil {
		t.Fatalf("%v: %s %s", err, out, notices)
	}
	if !strings.Contains(notices, "nothing wrong found") {
		t.Errorf("false alarm: %s", notices)
	}
	return out, list(t, home)
}

func scriptFile(t *testing.T, name, text, originURL string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "ORIGIN", originURL)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const nodeHTTP2 = `
const [http, http2, tls] = [require('http'), require('http2'), require('tls')];
const proxy = new URL(process.env.HTTPWHY_PROXY), origin = new URL('ORIGIN');
const connect = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: origin.host, agent: false });
connect.on('connect', (response, socket) => {
  const secure = tls.connect({ socket, host: origin.hostname, ALPNProtocols: ['h2'] }, () => {
    const client = http2.connect(origin, { createConnection: () => secure });
    let left = 5;
    for (let i = 0; i < 5; i++) {
      const stream = client.request({ ':path': '/h2/' + i, ':method': 'POST' });
      let text = '';
      stream.setEncoding('utf8').on('data', d => text += d).on('end', () => {
        process.stdout.write(text);
        if (--left === 0) client.close(() => socket.destroy());
      });
      stream.end('body ' + i);
    }
  });
}).end();
`

func TestNodeHTTP2(t *testing.T) {
	o, pem := tlsOrigin(t, http.HandlerFunc(greeting), true)
	out, rows := underRun(t, pem, "node", scriptFile(t, "h2.js", nodeHTTP2, o.URL))
	for i := range 5 {
		if want := fmt.Sprintf("HTTP/2.0 POST /h2/%d [body %d]\n", i, i); !strings.Contains(out, want) {
			t.Errorf("%q is missing in %q", want, out)
		}
	}
	if len(rows) != 5 || rows[0].Proto != "HTTP/2.0" || rows[0].State != "complete" {
		t.Errorf("recorded %+v", rows)
	}
}

const nodeAbsolute = `
const http = require('http'), proxy = new URL(process.env.http_proxy);
http.get({ host: proxy.hostname, port: proxy.port, path: 'ORIGIN/absolute', headers: { host: new URL('ORIGIN').host } },
  response => response.pipe(process.stdout));
`

// TestNodeLibraryThatKnowsProxies: many ask the proxy themselves, by a request
// with the whole URL.
func TestNodeLibraryThatKnowsProxies(t *testing.T) {
	o := origin(t, greeting)
	out, rows := underRun(t, "", "node", scriptFile(t, "absolute.js", nodeAbsolute, o.URL))
	if out != "HTTP/1.1 GET /absolute []\n" {
		t.Errorf("it printed %q", out)
	}
	if len(rows) != 1 || rows[0].URL != o.URL+"/absolute" {
		t.Errorf("recorded %+v", rows)
	}
}

const pythonRequests = `
import requests
with requests.Session() as s:
    for i in range(3):
        r = s.post('ORIGIN/python/%d' % i, json={'n': i})
        r.raise_for_status()
        print(r.text, end='')
`

func TestPythonRequests(t *testing.T) {
	need(t, "python3")
	if exec.Command("python3", "-c", "import requests").Run() != nil {
		t.Skip("python3-requests is not installed")
	}
	o, pem := tlsOrigin(t, http.HandlerFunc(greeting), true)
	out, rows := underRun(t, pem, "python3", scriptFile(t, "post.py", pythonRequests, o.URL))
	if want := `HTTP/1.1 POST /python/2 [{"n": 2}]`; !strings.Contains(out, want) {
		t.Errorf("%q is missing in %q", want, out)
	}
	if len(rows) != 3 || rows[2].RequestBytes != 8 {
		t.Errorf("recorded %+v", rows)
	}
}

const javaClient = `
import java.net.URI;
import java.net.http.*;
public class Client {
  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (int i = 0; i < 3; i++) {
      HttpRequest request = HttpRequest.newBuilder(URI.create("ORIGIN/java/" + i))
          .POST(HttpRequest.BodyPublishers.ofString("body " + i)).build();
      System.out.print(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }
}
`

func TestJavaHTTPClient(t *testing.T) {
	need(t, "javac") // a JRE alone starts no source file
	o, pem := tlsOrigin(t, http.HandlerFunc(greeting), true)
	out, rows := underRun(t, pem, "java", scriptFile(t, "Client.java", javaClient, o.URL))
	for i := range 3 {
		if want := fmt.Sprintf("POST /java/%d [body %d]\n", i, i); !strings.Contains(out, want) {
			t.Errorf("%q is missing in %q", want, out)
		}
	}
	if len(rows) != 3 || rows[2].RequestBytes != 6 {
		t.Errorf("recorded %+v", rows)
	}
}
