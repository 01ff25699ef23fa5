package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder is a running "httpwhy proxy" with a home of its own.
type recorder struct {
	t       testing.TB
	home    string
	capture string
	url     string
	process *exec.Cmd
	lines   *lineLog // of standard output
	notices *lineLog // of standard error
}

// lineLog keeps the lines of a stream. Waiting for one is how these tests wait.
type lineLog struct {
	mu    sync.Mutex
	came  *sync.Cond
	lines []string
	ended bool
}

func newLineLog(r io.Reader) *lineLog {
	l := &lineLog{}
	l.came = sync.NewCond(&l.mu)
	go func() {
		scanner := bufio.NewScanner(r)
		scanner.Buffer(nil, 16<<20)
		for scanner.Scan() {
			l.add(scanner.Text(), false)
		}
		l.add("", true)
	}()
	return l
}

func (l *lineLog) add(line string, ended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended = ended; !ended {
		l.lines = append(l.lines, line)
	}
	l.came.Broadcast()
}

// wait returns the first line from index from on that matches, or "" if the
// stream ended before.
func (l *lineLog) wait(match func(string) bool) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := 0; ; i++ {
		for i >= len(l.lines) {
			if l.ended {
				return ""
			}
			l.came.Wait()
		}
		if match(l.lines[i]) {
			return l.lines[i]
		}
	}
}

func (l *lineLog) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}

var proxyNotice = regexp.MustCompile(`proxy on (http://\S+),`)

// startProxy starts "httpwhy proxy --json" on a free port.
func startProxy(t testing.TB, args ...string) *recorder {
	t.Helper()
	r := &recorder{t: t, home: t.TempDir()}
	r.capture = filepath.Join(r.home, "capture")
	args = append([]string{"proxy", "--json", "--listen", "127.0.0.1:0", "--capture", r.capture}, args...)
	r.process = exec.Command("httpwhy", args...)
	r.process.Env = append(os.Environ(), "HOME="+r.home, "XDG_STATE_HOME=", "XDG_DATA_HOME=", "HTTPWHY_CAPTURE=")
	out, err := r.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := r.process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.process.Start(); err != nil {
		t.Fatal(err)
	}
	r.lines = newLineLog(out)
	r.notices = newLineLog(stderr)
	notice := r.notices.wait(func(l string) bool { return proxyNotice.MatchString(l) })
	if notice == "" {
		t.Fatalf("the proxy did not start: %q", r.notices.all())
	}
	r.url = proxyNotice.FindStringSubmatch(notice)[1]
	t.Cleanup(r.stop)
	return r
}

// stop ends the recorder as Ctrl+C does.
func (r *recorder) stop() {
	if r.process.ProcessState != nil {
		return
	}
	r.process.Process.Signal(os.Interrupt)
	if err := r.process.Wait(); err != nil {
		r.t.Errorf("the proxy ended with %v", err)
	}
}

func (r *recorder) ca() string { return filepath.Join(r.home, ".local/share/httpwhy/ca/ca.pem") }

func (r *recorder) bundle() string {
	return filepath.Join(r.home, ".local/share/httpwhy/ca/ca-bundle.pem")
}

// recorded waits until an exchange whose URL ends in suffix was committed.
func (r *recorder) recorded(suffix string) rowJSON {
	r.t.Helper()
	var row rowJSON
	line := r.lines.wait(func(l string) bool {
		return json.Unmarshal([]byte(l), &row) == nil && strings.HasSuffix(row.URL, suffix)
	})
	if line == "" {
		r.t.Fatalf("no exchange with %s was recorded", suffix)
	}
	return row
}

// httpwhy runs another command of the program on the recorder's capture.
func (r *recorder) httpwhy(args ...string) string {
	r.t.Helper()
	c := exec.Command("httpwhy", append(args, "--capture", r.capture)...)
	c.Env = r.process.Env
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		r.t.Fatalf("httpwhy %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

// whyLine is a line of "why --json", as a program reads it.
type whyLine struct {
	Exchange   uint64
	URL        string
	Status     int
	Rule       string
	Family     string
	Severity   string
	Confidence string
	Primary    bool
	Related    []uint64
	Verdict    string
	Evidence   []struct{ Part, Name, Value string }
	Fix        struct{ Client, Server string }
}

// why returns the findings of what matches the filter.
func (r *recorder) why(filter string) []whyLine {
	r.t.Helper()
	var findings []whyLine
	for _, line := range strings.Split(strings.TrimSpace(r.httpwhy("why", "--json", filter)), "\n") {
		if line == "" {
			continue
		}
		var f whyLine
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			r.t.Fatalf("%v in %s", err, line)
		}
		findings = append(findings, f)
	}
	return findings
}

// primary returns the primary finding of what matches, which must exist.
func (r *recorder) primary(filter string) whyLine {
	r.t.Helper()
	for _, f := range r.why(filter) {
		if f.Primary {
			return f
		}
	}
	r.t.Fatalf("nothing was found in %s; rows: %s", filter, r.httpwhy("ls", filter))
	return whyLine{}
}

// noAlarm fails if something that matches has an error or a warning.
func (r *recorder) noAlarm(filter string) {
	r.t.Helper()
	for _, f := range r.why(filter) {
		if f.Severity == "error" || f.Severity == "warning" {
			r.t.Errorf("%s has a false alarm: %s: %s", f.URL, f.Rule, f.Verdict)
		}
	}
}

// need skips the test if a program is missing.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed", program)
	}
	return path
}

// tlsOrigin starts an HTTPS server, with h2 if asked, and returns the file with
// its certificate.
func tlsOrigin(t testing.TB, h http.Handler, h2 bool) (s *httptest.Server, pemFile string) {
	t.Helper()
	s = httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = h2
	s.StartTLS()
	t.Cleanup(s.Close)
	pemFile = filepath.Join(t.TempDir(), "origin.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(pemFile, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return s, pemFile
}

func origin(t testing.TB, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// deadAddress is an address on which nothing listens: that of a client, so that
// nobody else gets its port to listen on.
func deadAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		l.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); l.Close() })
	return client.LocalAddr().String()
}

// command runs a program and returns what it printed on standard output.
func command(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	c := exec.Command(need(t, name), args...)
	c.Env = append(os.Environ(), "NO_PROXY=", "no_proxy=")
	timer := time.AfterFunc(time.Minute, func() { c.Process.Kill() })
	defer timer.Stop()
	out, err := c.Output()
	return string(out), err
}
