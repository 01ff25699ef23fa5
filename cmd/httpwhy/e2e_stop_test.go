//go:build unix

package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestStopInTheMiddle: whoever ends the recorder does not cut off what comes in a
// moment: it is answered and recorded whole, and the recorder ends without an
// error.
func TestStopInTheMiddle(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprint(signal, " ", secure), func(t *testing.T) {
				t.Parallel()
				half, release := make(chan bool, 1), make(chan bool)
				s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Length", "10")
					fmt.Fprint(w, "first")
					http.NewResponseController(w).Flush()
					half <- true
					<-release
					fmt.Fprint(w, "later")
				}))
				s.EnableHTTP2 = true
				if secure {
					s.StartTLS()
				} else {
					s.Start()
				}
				defer s.Close()
				r := startProxy(t, "--insecure")
				proxy, _ := url.Parse(r.url)
				client := &http.Client{Transport: &http.Transport{
					Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true,
				}}
				response, err := client.Get(s.URL + "/slow")
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				<-half
				r.process.Process.Signal(signal)
				untilRefused(t, proxy.Host)
				close(release)
				if body, err := io.ReadAll(response.Body); err != nil || string(body) != "firstlater" {
					t.Errorf("the client got %q, %v", body, err)
				}
				client.CloseIdleConnections()
				if err := r.process.Wait(); err != nil {
					t.Errorf("the recorder ended with %v", err)
				}
				if row := r.recorded("/slow"); row.State != "complete" || row.ResponseBytes != 10 {
					t.Errorf("recorded %+v", row)
				}
			})
		}
	}
}

// untilRefused waits until nobody listens at addr any more.
func untilRefused(t *testing.T, addr string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		c.Close()
	}
	t.Error("the recorder goes on listening")
}
