package rules

import (
	"net/http"
	"slices"
	"strings"

	"httpwhy/inspector/exchange"
)

// corsLeave is what a response must allow for a page to read it.
type corsLeave struct {
	Origin           string
	Methods, Headers []string
	Credentials      bool
}

// corsLeave is the leave that this request asks for.
func (c *Case) corsLeave() corsLeave {
	k, request := c.CORS(), c.X.Request.Header
	leave := corsLeave{Origin: k.Origin, Credentials: !k.Preflight && request.Has("Cookie")}
	if k.Preflight {
		leave.Methods = []string{request.Get("Access-Control-Request-Method")}
		leave.Headers = request.List("Access-Control-Request-Headers")
	}
	return leave
}

// allowCORS advises to give the leave, in the words of the program that the
// response suggests: frameworks have a middleware for it.
func (c *Case) allowCORS(text string, leave corsLeave) exchange.Advice {
	a := c.corsMiddleware(text, leave)
	if !c.CORS().Preflight {
		return a
	}
	if s := c.software(); s.Name.inFront() && strings.HasSuffix(a.Text, "(by "+s.Proof+"):") {
		a.Copy = answerOptions(s.Name, a.Copy, leave)
	}
	return a
}

func (c *Case) corsMiddleware(text string, leave corsLeave) exchange.Advice {
	if !leave.quotable() {
		return exchange.Advice{Text: text, Copy: leave.fields()}
	}
	s := c.software()
	if by := leave.middleware(s.Name); by != "" {
		return c.forServer(text, lines{s.Name: by}, "")
	}
	return c.inItsWords(exchange.Advice{Text: text, Copy: leave.fields()})
}

// fields are the response fields that give the leave.
func (l corsLeave) fields() string {
	lines := []string{allowOrigin + ": " + l.Origin}
	if len(l.Methods) > 0 {
		lines = append(lines, "Access-Control-Allow-Methods: "+strings.Join(l.Methods, ", "))
	}
	if len(l.Headers) > 0 {
		lines = append(lines, "Access-Control-Allow-Headers: "+strings.Join(l.Headers, ", "))
	}
	if l.Credentials {
		lines = append(lines, "Access-Control-Allow-Credentials: true")
	}
	return strings.Join(append(lines, "Vary: Origin"), "\n")
}

// commonMethods are those that the middlewares allow unless told otherwise.
var commonMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// middleware configures what the framework has for CORS, "" if it has nothing.
func (l corsLeave) middleware(s software) string {
	methods := slices.Clone(commonMethods)
	for _, m := range l.Methods {
		if !slices.Contains(methods, m) {
			methods = append(methods, m)
		}
	}
	var o options
	switch s {
	case express:
		o.add("origin: '" + l.Origin + "'")
		o.list("methods: [", l.Methods, "'", "]")
		o.list("allowedHeaders: [", l.Headers, "'", "]")
		o.when(l.Credentials, "credentials: true")
		return "app.use(cors({ " + o.join(", ") + " }));  // before routes and login"
	case spring:
		o.add(`registry.addMapping("/**").allowedOrigins("` + l.Origin + `")`)
		o.list("allowedMethods(", methods, `"`, ")")
		o.list("allowedHeaders(", l.Headers, `"`, ")")
		o.when(l.Credentials, "allowCredentials(true)")
		return o.join(".") + ";"
	case goHTTP:
		o.list("AllowedOrigins: []string{", []string{l.Origin}, `"`, "}")
		o.list("AllowedMethods: []string{", l.Methods, `"`, "}")
		o.list("AllowedHeaders: []string{", l.Headers, `"`, "}")
		o.when(l.Credentials, "AllowCredentials: true")
		return "handler = cors.New(cors.Options{" + o.join(", ") + "}).Handler(handler) // github.com/rs/cors"
	case django:
		o.list("CORS_ALLOWED_ORIGINS = [", []string{l.Origin}, `"`, "]")
		o.list("CORS_ALLOW_METHODS = [", methods, `"`, "]")
		o.list("CORS_ALLOW_HEADERS = [", l.Headers, `"`, "]")
		o.when(l.Credentials, "CORS_ALLOW_CREDENTIALS = True")
		return o.join("\n") + "  # django-cors-headers"
	case fastAPI:
		o.list("app.add_middleware(CORSMiddleware, allow_origins=[", []string{l.Origin}, `"`, "]")
		o.list("allow_methods=[", methods, `"`, "]")
		o.list("allow_headers=[", l.Headers, `"`, "]")
		o.when(l.Credentials, "allow_credentials=True")
		return o.join(", ") + ")"
	case flask:
		o.list("CORS(app, origins=[", []string{l.Origin}, `"`, "]")
		o.list("methods=[", l.Methods, `"`, "]")
		o.list("allow_headers=[", l.Headers, `"`, "]")
		o.when(l.Credentials, "supports_credentials=True")
		return o.join(", ") + ")  # flask-cors"
	case rails:
		o.add(`resource "*", headers: :any`)
		o.add("methods: %i[" + strings.ToLower(strings.Join(methods, " ")) + "]")
		o.when(l.Credentials, "credentials: true")
		return "config.middleware.insert_before 0, Rack::Cors do\n  allow do\n    origins \"" + l.Origin + "\"\n    " + o.join(", ") + "\n  end\nend"
	case laravel:
		o.list("'allowed_origins' => [", []string{l.Origin}, "'", "]")
		o.when(l.Credentials, "'supports_credentials' => true")
		return o.join(",\n") + ",  // config/cors.php"
	case aspNET:
		o.add(`app.UseCors(p => p.WithOrigins("` + l.Origin + `")`)
		o.list("WithMethods(", l.Methods, `"`, ")")
		o.list("WithHeaders(", l.Headers, `"`, ")")
		o.when(l.Credentials, "AllowCredentials()")
		return o.join(".") + ");"
	}
	return ""
}

// options are the parts of a call.
type options []string

func (o *options) add(s string) { *o = append(*o, s) }

func (o *options) when(is bool, s string) {
	if is {
		o.add(s)
	}
}

// list adds a list of quoted members, nothing if there are none.
func (o *options) list(begin string, members []string, quote, end string) {
	if len(members) > 0 {
		o.add(begin + quote + strings.Join(members, quote+", "+quote) + quote + end)
	}
}

func (o *options) join(separator string) string { return strings.Join(*o, separator) }

// answerOptions lets a server before the application answer preflights itself.
func answerOptions(s software, set string, leave corsLeave) string {
	switch s {
	case nginx:
		return "if ($request_method = OPTIONS) {\n  " + strings.ReplaceAll(withoutHiding(set), "\n", "\n  ") + "\n  return 204;\n}"
	case apache:
		return set + "\nRewriteEngine On\nRewriteCond %{REQUEST_METHOD} =OPTIONS\nRewriteRule ^ - [R=204,L]"
	case caddy:
		return "@preflight method OPTIONS\n" + strings.ReplaceAll(set, "header ", "header @preflight ") + "\nrespond @preflight 204"
	case haproxy:
		var o options
		o.add("http-request return status 204")
		for _, f := range parseFieldLines(leave.fields()) {
			o.add("hdr " + f.Name + ` "` + f.Value + `"`)
		}
		return o.join(" ") + " if METH_OPTIONS"
	}
	return set
}

// withoutHiding leaves out the lines for what is passed on: nothing is where
// nginx answers itself, and the directive is not allowed there.
func withoutHiding(set string) string {
	kept := slices.DeleteFunc(strings.Split(set, "\n"), func(line string) bool { return strings.HasPrefix(line, "proxy_hide_header") })
	return strings.Join(kept, "\n")
}

// extendCORS advises to allow what a middleware does not, or to send the field.
func (c *Case) extendCORS(text string, leave corsLeave, line string) exchange.Advice {
	if by := leave.middleware(c.software().Name); by != "" && leave.quotable() {
		return c.forServer(text, lines{c.software().Name: by}, line)
	}
	return exchange.Advice{Text: text, Copy: line}
}

// quotable reports whether the leave can stand in any of the languages.
func (l corsLeave) quotable() bool {
	for _, v := range slices.Concat([]string{l.Origin}, l.Methods, l.Headers) {
		if !quotable(v) || strings.Contains(v, `"`) {
			return false
		}
	}
	return true
}
