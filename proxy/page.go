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
	if r.Method == http.MethodConnect || r.URL.IsAbs() && r.URL.Scheme != "http" {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(r.Host), ":80")
	// In reverse mode our own address stands for the origin.
	return host == pageHost || !s.isReverse(r) && s.isOwnAddress(r.Host)
}

// fromElsewhere reports whether another site's page, and not its user, asks:
// a page may link here, but neither fetch nor embed anything.
func fromElsewhere(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
	}
	origin := r.Header.Get("Origin") // of browsers without Fetch metadata
	return origin != "" && !strings.EqualFold(origin, "http://"+r.Host)
}

// servePage answers requests for httpwhy itself. They are not recorded.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET is served here", http.StatusMethodNotAllowed)
		return
	case fromElsewhere(r):
		http.Error(w, "other sites may not read this", http.StatusForbidden)
		return
	}
	path := r.URL.Path
	if f, ok := caFiles[path]; ok {
		h.Set("Content-Type", f.mediaType)
		h.Set("Content-Disposition", `attachment; filename="httpwhy-`+path[1:]+`"`)
		_, _ = w.Write(f.content(s.cfg.CA))
		return
	}
	switch path {
	case "", "/":
		h.Set("Content-Type", "text/html; charset=utf-8")
		if err := page.Execute(w, s.pageFacts()); err != nil {
			s.log.Debug("write the page", "error", err)
		}
	case "/ping":
		h.Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("httpwhy ok\n"))
	default:
		http.Error(w, "httpwhy has /, /ca.pem, /ca.cer, /ca.crt, /ca.mobileconfig and /ping", http.StatusNotFound)
	}
}

// pageFacts are what the page says.
type pageFacts struct {
	CA, Fingerprint, Mode string
	Counted               bool
	Recorded              uint64
}

func (s *Server) pageFacts() pageFacts {
	f := pageFacts{CA: s.cfg.CA.Certificate().Subject.CommonName, Fingerprint: fingerprint(s.cfg.CA)}
	if s.cfg.Reverse != nil {
		f.Mode = "Requests without a proxy's absolute target go to " + s.cfg.Reverse.String() + "."
	}
	if s.cfg.Recorded != nil {
		f.Counted, f.Recorded = true, s.cfg.Recorded()
	}
	return f
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>httpwhy</title>
<style>body{font:16px/1.5 sans-serif;max-width:44em;margin:3em auto;padding:0 1em}
td,th{text-align:left;vertical-align:top;padding:.3em 1em .3em 0}code{word-break:break-all}</style>
<h1>httpwhy</h1>
<p>This is the httpwhy debugging proxy. It records the HTTP traffic that goes through it.
{{if .Counted}}{{if eq .Recorded 1}}1 exchange is{{else}}{{.Recorded}} exchanges are{{end}} recorded so far.{{end}} {{.Mode}}</p>
<p>To read https, your program must trust the certificate authority <b>{{.CA}}</b>, which was made on the
machine of this proxy and is used nowhere else. Remove it when you are done.</p>
<p>SHA-256 of the certificate: <code>{{.Fingerprint}}</code></p>
<table>
<tr><th>Where</th><th>Download</th><th>Then</th></tr>
<tr><td>Linux</td><td><a href="/ca.pem">ca.pem</a></td><td>Debian: copy it to
<code>/usr/local/share/ca-certificates/httpwhy.crt</code>, run <code>update-ca-certificates</code>. Fedora:
<code>/etc/pki/ca-trust/source/anchors/</code>, <code>update-ca-trust</code>.</td></tr>
<tr><td>macOS</td><td><a href="/ca.cer">ca.cer</a></td><td>Open it in Keychain Access and set it to Always Trust.</td></tr>
<tr><td>Windows</td><td><a href="/ca.cer">ca.cer</a></td><td>Open it, Install Certificate, and choose the store
Trusted Root Certification Authorities.</td></tr>
<tr><td>Android</td><td><a href="/ca.crt">ca.crt</a></td><td>Settings, Security, Encryption and credentials, Install a
certificate, CA certificate. Apps must allow user certificates in their network security configuration.</td></tr>
<tr><td>iOS</td><td><a href="/ca.mobileconfig">ca.mobileconfig</a></td><td>Install the profile in Settings, then switch it on
in General, About, Certificate Trust Settings.</td></tr>
<tr><td>Firefox</td><td><a href="/ca.pem">ca.pem</a></td><td>Settings, Certificates, Authorities, Import.</td></tr>
<tr><td>curl, Python, Node and others</td><td><a href="/ca.pem">ca.pem</a></td><td><code>httpwhy run -- COMMAND</code> sets the variables for
them: <code>CURL_CA_BUNDLE</code>, <code>REQUESTS_CA_BUNDLE</code>, <code>NODE_EXTRA_CA_CERTS</code>.</td></tr>
</table>
`))
