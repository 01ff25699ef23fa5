package proxy

import (
	"html/template"
	"net/http"
	"strings"
)

// pageHost is the name by which clients of the proxy reach it itself.
const pageHost = "httpwhy"

// isPage reports whether r is for httpwhy itself. Only its own names count:
// another name that leads here may be a site that rebinds its name (DNS
// rebinding), which must not read anything.
func (s *Server) isPage(r *http.Request) bool {
	if r.URL.IsAbs() && r.URL.Scheme != "http" {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(r.Host), ":80")
	return host == pageHost || s.isOwnAddress(r.Host)
}

// servePage answers requests for httpwhy itself. They are not recorded.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET is served here", http.StatusMethodNotAllowed)
		return
	}
	switch r.URL.Path {
	case "", "/":
		h.Set("Content-Type", "text/html; charset=utf-8")
		if err := page.Execute(w, s.cfg.CA.Certificate().Subject.CommonName); err != nil {
			s.log.Debug("write the page", "error", err)
		}
	case "/ping":
		h.Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("httpwhy ok\n"))
	case "/ca.pem":
		h.Set("Content-Type", "application/x-pem-file")
		h.Set("Content-Disposition", `attachment; filename="httpwhy-ca.pem"`)
		_, _ = w.Write(s.cfg.CA.PEM())
	default:
		http.Error(w, "httpwhy has /, /ca.pem and /ping", http.StatusNotFound)
	}
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>httpwhy</title>
<style>body{font:16px/1.5 sans-serif;max-width:40em;margin:3em auto;padding:0 1em}</style>
<h1>httpwhy</h1>
<p>This is the httpwhy debugging proxy. It records the HTTP traffic that goes through it.</p>
<p>To read https, your program must trust the certificate authority
<b>{{.}}</b>, which was made on this machine and is used nowhere else.</p>
<p><a href="/ca.pem">Download the CA certificate (PEM)</a></p>
`))
