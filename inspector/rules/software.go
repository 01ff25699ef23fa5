package rules

import (
	"bytes"
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

// software is a program whose configuration or code the fix of a server can be
// written for.
type software string

const (
	nginx   software = "nginx"
	apache  software = "Apache"
	caddy   software = "Caddy"
	haproxy software = "HAProxy"

	express software = "Express"
	spring  software = "Spring"
	goHTTP  software = "Go"
	django  software = "Django"
	fastAPI software = "FastAPI"
	flask   software = "Flask"
	rails   software = "Rails"
	laravel software = "Laravel"
	php     software = "PHP"
	aspNET  software = "ASP.NET"
)

// inFront reports whether s is a server before the application: it sets the
// same fields in all responses.
func (s software) inFront() bool {
	return s == nginx || s == apache || s == caddy || s == haproxy
}

// seenSoftware is what a response suggests of the program that made it, and by
// what.
type seenSoftware struct {
	Name  software
	Proof string
}

// software is the program that a fix on the server's side is written for: the
// gateway that made the response itself, else the application's framework, else
// the server before it. It is the zero value if nothing suggests one; what the
// fix says in general is right then too.
func (c *Case) software() seenSoftware {
	return c.made.get(func() seenSoftware {
		if !received(c.X) {
			return seenSoftware{}
		}
		if g := c.Gateway(); g != nil {
			switch name := software(g.Generator); {
			case name.inFront():
				return seenSoftware{name, "its own page"}
			case g.Generator == "openresty" || g.Generator == "tengine":
				return seenSoftware{nginx, "its own page"}
			}
		}
		for _, suggests := range []func() seenSoftware{c.softwareByField, c.softwareByCookie, c.softwareByContent} {
			if s := suggests(); s.Name != "" {
				return s
			}
		}
		server := strings.ToLower(c.X.Response.Header.Get("Server"))
		return startsWith(server, "Server", servers)
	})
}

// suggestion is a way in which a value begins, and what that suggests.
type suggestion struct {
	begins string
	name   software
}

// frameworks and servers are told by the Server field; poweredBy by that of its
// name.
var (
	frameworks = []suggestion{
		{"uvicorn", fastAPI},
		{"werkzeug", flask},
		{"wsgiserver", django},
		{"kestrel", aspNET},
		{"puma", rails},
		{"webrick", rails},
		{"apache-coyote", spring},
		{"jetty", spring},
	}
	servers   = []suggestion{{"nginx", nginx}, {"openresty", nginx}, {"tengine", nginx}, {"apache", apache}, {"caddy", caddy}}
	poweredBy = []suggestion{{"express", express}, {"php", php}, {"asp.net", aspNET}}
)

func startsWith(value, field string, known []suggestion) seenSoftware {
	for _, n := range known {
		if strings.HasPrefix(value, n.begins) {
			return seenSoftware{n.name, field}
		}
	}
	return seenSoftware{}
}

func (c *Case) softwareByField() seenSoftware {
	h := c.X.Response.Header
	s := startsWith(strings.ToLower(h.Get("X-Powered-By")), "X-Powered-By", poweredBy)
	switch {
	case s.Name == php && c.cookieNamed("laravel_session") != "":
		return seenSoftware{laravel, "laravel_session"}
	case s.Name != "":
		return s
	case h.Has("X-AspNet-Version"):
		return seenSoftware{aspNET, "X-AspNet-Version"}
	case h.Has("X-Application-Context"):
		return seenSoftware{spring, "X-Application-Context"}
	case h.Has("X-Runtime") && h.Has("X-Request-Id"):
		return seenSoftware{rails, "X-Runtime"}
	}
	return startsWith(strings.ToLower(h.Get("Server")), "Server", frameworks)
}

// frameworkCookies are the names, or their beginnings, that frameworks give to
// their cookies unless told otherwise.
var frameworkCookies = []suggestion{
	{"connect.sid", express},
	{"csrftoken", django},
	{"laravel_session", laravel},
	{"JSESSIONID", spring},
	{"PHPSESSID", php},
	{".AspNetCore.", aspNET},
	{"ASP.NET_SessionId", aspNET},
}

func (c *Case) softwareByCookie() seenSoftware {
	for _, n := range frameworkCookies {
		if name := c.cookieNamed(n.begins); name != "" {
			return seenSoftware{n.name, "the cookie " + clip(name, 40)}
		}
	}
	return seenSoftware{}
}

// cookieNamed is the first cookie of the exchange whose name begins so, "" if
// there is none.
func (c *Case) cookieNamed(begins string) string {
	for _, v := range c.X.Response.Header.Values("Set-Cookie") {
		if strings.HasPrefix(v, begins) {
			name, _, _ := strings.Cut(v, "=")
			return name
		}
	}
	for _, v := range c.X.Request.Header.Values("Cookie") {
		for pair := range strings.SplitSeq(v, ";") {
			if pair = cookieSpace(pair); strings.HasPrefix(pair, begins) {
				name, _, _ := strings.Cut(pair, "=")
				return name
			}
		}
	}
	return ""
}

// errorContents are what the error pages of frameworks say; each is enough.
var errorContents = []struct {
	says string
	name software
}{
	{"<pre>Cannot ", express},
	{"Whitelabel Error Page", spring},
	{`"detail":"Not Found"`, fastAPI},
	{`"detail":"Method Not Allowed"`, fastAPI},
	{`"detail":[{"type":`, fastAPI},
	{`"detail":"Not found."`, django},
	{"you have <code>DEBUG = True</code>", django},
	{"Authentication credentials were not provided.", django},
	{"Action Controller: Exception caught", rails},
	{"Werkzeug Debugger", flask},
}

func (c *Case) softwareByContent() seenSoftware {
	if c.X.Response.Status < http.StatusBadRequest {
		return seenSoftware{}
	}
	text := c.head(gatewayHead)
	for _, e := range errorContents {
		if strings.Contains(text, e.says) {
			return seenSoftware{e.name, "its error"}
		}
	}
	switch h := c.X.Response.Header; {
	case strings.HasPrefix(text, `{"timestamp":`) && strings.Contains(text, `"status":`) && strings.Contains(text, `"path":"`):
		return seenSoftware{spring, "its error"}
	// http.Error ends its text with a line feed and forbids sniffing.
	case bytes.HasSuffix(c.X.Response.Body.Data, []byte("\n")) && h.Get("Content-Type") == "text/plain; charset=utf-8" && h.Get("X-Content-Type-Options") == "nosniff" && h.Get("Server") == "":
		return seenSoftware{goHTTP, "its error"}
	}
	return seenSoftware{}
}

// lines are what to write, by the program.
type lines map[software]string

// forServer is the advice in the words of the program that the response
// suggests, and the general line for others. The text ends in a colon.
func (c *Case) forServer(text string, by lines, general string) exchange.Advice {
	s := c.software()
	if by[s.Name] == "" {
		return exchange.Advice{Text: text, Copy: general}
	}
	return exchange.Advice{Text: strings.TrimSuffix(text, ":") + ", in " + string(s.Name) + " (by " + s.Proof + "):", Copy: by[s.Name]}
}
