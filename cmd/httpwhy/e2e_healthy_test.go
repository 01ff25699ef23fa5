package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// forge is Fossil, a forge with a wiki and tickets, served over CGI: a
// repository with some commits, and the account admin, whose password is secret.
func forge(t *testing.T) *cgi.Handler {
	t.Helper()
	program, dir := need(t, "fossil"), t.TempDir()
	repository, work := filepath.Join(dir, "r.fossil"), filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	fossil := func(args ...string) {
		c := exec.Command(program, args...)
		c.Dir, c.Env = work, append(os.Environ(), "HOME="+dir, "USER=admin")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("fossil %v: %v: %s", args, err, out)
		}
	}
	fossil("init", "-A", "admin", repository)
	fossil("user", "password", "admin", "secret", "-R", repository)
	fossil("open", repository)
	for i := range 4 {
		for name, text := range map[string]string{"README.md": "# Read me %d\n", "main.c": "int main(void) { return %d; }\n"} {
			if err := os.WriteFile(filepath.Join(work, name), fmt.Appendf(nil, text, i), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		fossil("addremove")
		fossil("commit", "--no-warnings", "--hash", "-m", fmt.Sprintf("Change %d", i))
	}
	script := filepath.Join(dir, "forge.cgi")
	if err := os.WriteFile(script, []byte("#!"+program+"\nrepository: "+repository+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return &cgi.Handler{Path: script, Dir: dir, Env: []string{"HOME=" + dir}}
}

// TestHealthySite: a crawl of a real site, and what its users do there, raises
// no alarm.
func TestHealthySite(t *testing.T) {
	site := forge(t)
	plain := httptest.NewServer(site)
	t.Cleanup(plain.Close)
	secure, upstreamCA := tlsOrigin(t, site, true)
	r := startProxy(t, "--upstream-ca", upstreamCA)
	ctx := browser(t, r.url)

	crawl(t, ctx, plain.URL+"/timeline", 20)
	submit(t, ctx, plain.URL+"/login", "[name=in]", map[string]string{"u": "admin", "p": "secret"})
	submit(t, ctx, plain.URL+"/tktnew", "[name=preview]", map[string]string{"title": "It fails"})
	submit(t, ctx, "", "[name=submit]", nil)
	submit(t, ctx, plain.URL+"/forumnew", "[name=preview]", map[string]string{"title": "Plans", "content": "What we plan"})
	submit(t, ctx, "", "[name=submit]", nil)
	crawl(t, ctx, plain.URL+"/dir?ci=tip", 20)
	submit(t, ctx, plain.URL+"/login", "[name=out]", nil)

	jar := filepath.Join(t.TempDir(), "jar")
	curl := []string{"-sS", "-x", r.url, "--cacert", r.bundle(), "-L", "-b", jar, "-c", jar, "-o", os.DevNull}
	for _, args := range [][]string{
		{"-d", "u=admin&p=secret&in=Login", secure.URL + "/login"},
		{secure.URL + "/setup"},
		{secure.URL + "/timeline.rss"},
		{"--compressed", secure.URL + "/dir?ci=tip"},
		{"-I", secure.URL + "/index"},
		{secure.URL + "/zip/tip.zip"},
	} {
		if _, err := command(t, "curl", append(curl, args...)...); err != nil {
			t.Errorf("curl %v: %v", args, err)
		}
	}
	r.recorded("/zip/tip.zip")

	// The browser asks its maker's hosts too.
	const ours = "host:127.0.0.1"
	rows, counts := 0, map[string]int{}
	for line := range strings.Lines(r.httpwhy("ls", "--json", ours)) {
		var row rowJSON
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		rows++
		for _, f := range row.Findings {
			counts[string(f.Severity)+" "+f.Rule]++
		}
	}
	if rows < 60 {
		t.Errorf("only %d exchanges were recorded", rows)
	}
	t.Logf("%d exchanges: %v", rows, counts)
	r.noAlarm(ours)
}

// crawl visits pages from start on, some of them twice, and follows their links
// on the same site.
func crawl(t *testing.T, ctx context.Context, start string, pages int) {
	t.Helper()
	seen := map[string]bool{}
	for queue := []string{start}; len(queue) > 0 && len(seen) < pages; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		if _, err := chromedp.Run(ctx, chromedp.Navigate(queue[0])); err != nil {
			t.Fatalf("%s: %v", queue[0], err)
		}
		links, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`
			[...document.links].map(a => a.href.split("#")[0]).filter(u => u.startsWith(location.origin) && !/logout|zip|tarball|sqlar/.test(u))`))
		if err != nil {
			t.Fatalf("%s: %v", queue[0], err)
		}
		if len(seen)%4 == 0 {
			if _, err := chromedp.Run(ctx, chromedp.Reload()); err != nil {
				t.Fatal(err)
			}
		}
		queue = append(queue, links...)
	}
}

// submit opens a page, if one is named, fills in its form and clicks the button.
func submit(t *testing.T, ctx context.Context, page, button string, values map[string]string) {
	t.Helper()
	if page != "" {
		if err := visit(ctx, page, button); err != nil {
			t.Fatalf("%s: %v", page, err)
		}
	}
	for name, value := range values {
		if _, err := chromedp.Run(ctx, chromedp.SetValue("[name="+name+"]", value)); err != nil {
			t.Fatalf("%s: %s: %v", page, name, err)
		}
	}
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(button)); err != nil {
		t.Fatalf("%s: %v", page, err)
	}
}
