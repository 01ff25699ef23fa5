package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser starts headless Chromium behind the proxy.
func browser(t *testing.T, proxyURL string, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(need(t, "chromium")), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.ProxyServer(proxyURL), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	ctx, cancelAllocator := chromedp.NewExecAllocator(context.Background(), append(options, more...)...)
	ctx, cancelBrowser := chromedp.NewContext(ctx)
	ctx, cancelTime := context.WithTimeout(ctx, 90*time.Second)
	t.Cleanup(func() { cancelTime(); cancelBrowser(); cancelAllocator() })
	return ctx
}

// TestChromium: a page whose fetch fails for CORS, and one whose fetch is fine.
func TestChromium(t *testing.T) {
	var api *httptest.Server
	page := origin(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><body>waiting<script>
			fetch(%q).then(r => r.text(), e => String(e)).then(t => document.body.id = document.body.textContent = t.includes("Failed") ? "failed" : "read")
			</script>`, api.URL+r.URL.Path)
	})
	api = origin(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/allowed" {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			w.Header().Set("Vary", "Origin")
		}
		fmt.Fprint(w, "data")
	})
	r := startProxy(t)
	ctx := browser(t, r.url)
	for path, outcome := range map[string]string{"/forbidden": "#failed", "/allowed": "#read"} {
		if err := visit(ctx, page.URL+path, outcome); err != nil {
			t.Fatalf("%s: the page did not become %s: %v", path, outcome, err)
		}
		r.recorded(strings.TrimPrefix(api.URL, "http://") + path)
	}
	f := r.primary("path:/forbidden host:" + strings.TrimPrefix(api.URL, "http://"))
	if f.Rule != "cors-acao-missing" {
		t.Errorf("found %s: %s", f.Rule, f.Verdict)
	}
	all := fmt.Sprint(f.Verdict, f.Evidence, f.Fix.Server)
	for _, want := range []string{"Access-Control-Allow-Origin", page.URL, "Access-Control-Allow-Origin: " + page.URL} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in %s", want, all)
		}
	}
	r.noAlarm("path:/allowed")
}

// visit opens url and waits until the page has the element.
func visit(ctx context.Context, url, element string) error {
	if _, err := chromedp.Run(ctx, chromedp.Navigate(url)); err != nil {
		return err
	}
	_, err := chromedp.Run(ctx, chromedp.WaitReady(element))
	return err
}
