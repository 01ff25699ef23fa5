package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestKilledInTheMiddleOfALoad: what was acknowledged on standard output is in
// the capture with its body, however the recorder ended.
func TestKilledInTheMiddleOfALoad(t *testing.T) {
	body := func(path string) []byte { return bytes.Repeat([]byte(path+"\n"), 400) }
	o := origin(t, func(w http.ResponseWriter, r *http.Request) { w.Write(body(r.URL.Path)) })
	r := startProxy(t)
	ctx, cancel := context.WithCancel(context.Background())
	proxy, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), MaxIdleConnsPerHost: 8}}
	var load sync.WaitGroup
	for worker := range 8 {
		load.Go(func() {
			for i := 0; ctx.Err() == nil && i < 5000; i++ {
				req, _ := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/w%d/%d", o.URL, worker, i), nil)
				resp, err := client.Do(req)
				if err != nil {
					return
				}
				resp.Body.Close()
			}
		})
	}
	seen := 0
	r.lines.wait(func(string) bool { seen++; return seen == 300 })
	r.process.Process.Kill()
	r.process.Wait()
	cancel()
	load.Wait()
	r.lines.wait(func(string) bool { return false }) // to the end of what it printed

	checked := 0
	for _, line := range r.lines.all() {
		var acknowledged rowJSON
		if json.Unmarshal([]byte(line), &acknowledged) != nil || acknowledged.State != "complete" {
			continue // the last line may be cut
		}
		if checked++; checked%50 != 1 {
			continue
		}
		var record recordJSON
		if err := json.Unmarshal([]byte(r.httpwhy("show", "--json", fmt.Sprint(acknowledged.ID))), &record); err != nil {
			t.Fatal(err)
		}
		want := body(acknowledged.URL[len(o.URL):])
		digest := sha256.Sum256(want)
		if b := record.Response.Body; b.Text == nil || *b.Text != string(want) || b.SHA256 != hex.EncodeToString(digest[:]) {
			t.Errorf("exchange %d: body %s of %d bytes", acknowledged.ID, b.State, b.Size)
		}
	}
	if checked < 299 {
		t.Errorf("only %d exchanges were acknowledged", checked)
	}
	if listed := strings.Count(r.httpwhy("ls", "--json"), "\n"); listed < checked {
		t.Errorf("%d acknowledged, %d listed", checked, listed)
	}
}

func TestASecondRecorderIsRefusedAndReadersAreNot(t *testing.T) {
	o := origin(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hi") })
	r := startProxy(t)
	if _, err := command(t, "curl", "-sS", "-x", r.url, o.URL+"/one"); err != nil {
		t.Fatal(err)
	}
	r.recorded("/one")
	c := exec.Command("httpwhy", "proxy", "--listen", "127.0.0.1:0", "--capture", r.capture)
	c.Env = r.process.Env
	out, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(out), fmt.Sprint(r.process.Process.Pid)) {
		t.Errorf("%v: %s", err, out)
	}
	for range 2 {
		if !strings.Contains(r.httpwhy("ls", "--json"), "/one") {
			t.Error("ls does not see what is being recorded")
		}
	}
	if !strings.Contains(r.httpwhy("why", "1"), "nothing wrong found") {
		t.Error("why finds something in a healthy exchange")
	}
}

func TestACorruptCaptureIsSaidAndNotTouched(t *testing.T) {
	r := startProxy(t)
	r.stop()
	db := filepath.Join(r.capture, "capture.db")
	garbage := bytes.Repeat([]byte("not a database "), 4096)
	if err := os.WriteFile(db, garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"proxy", "--listen", "127.0.0.1:0"}, {"ls"}} {
		c := exec.Command("httpwhy", append(args, "--capture", r.capture)...)
		c.Env = r.process.Env
		out, err := c.CombinedOutput()
		if err == nil || c.ProcessState.ExitCode() != exitFailed || !strings.Contains(string(out), "capture.db") {
			t.Errorf("%v: %v: %s", args, err, out)
		}
		if strings.Contains(string(out), "goroutine") {
			t.Errorf("%v panics: %s", args, out)
		}
	}
	if now, _ := os.ReadFile(db); !bytes.Equal(now, garbage) {
		t.Error("the corrupt file was changed")
	}
}
