package rules

import (
	"fmt"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

// inItsWords rewrites advice to send response fields into lines of the program
// that the response suggests. Other advice stays as it is.
func (c *Case) inItsWords(a exchange.Advice) exchange.Advice {
	if a.Copy == "" || !strings.Contains(a.Copy, ": ") {
		return a
	}
	fields := parseFieldLines(a.Copy)
	if fields == nil {
		return a
	}
	s := c.software()
	var out []string
	for _, f := range fields {
		line := ""
		if strings.EqualFold(f.Name, "Set-Cookie") {
			line = cookieStatement(s.Name, f.Value)
		} else if !s.Name.inFront() || fixed(f.Name) {
			line = fieldStatement(s.Name, f.Name, f.Value, c.X.Response != nil && c.X.Response.Header.Has(f.Name))
		}
		if line == "" {
			return a
		}
		out = append(out, line)
	}
	return c.forServer(a.Text, lines{s.Name: strings.Join(out, "\n")}, a.Copy)
}

// advisedFields are response fields that rules advise to send, besides those of
// CORS.
var advisedFields = map[string]bool{
	"vary": true, "cache-control": true, "www-authenticate": true, "proxy-authenticate": true, "allow": true, "accept-post": true,
	"accept-patch": true, "retry-after": true, "content-type": true, "location": true, "strict-transport-security": true,
	"set-cookie": true, "content-disposition": true, "accept-ranges": true, "content-security-policy": true,
	"cross-origin-resource-policy": true, "x-content-type-options": true,
}

// parseFieldLines reads lines that are nothing but response fields, else nil.
func parseFieldLines(s string) exchange.Header {
	var h exchange.Header
	for line := range strings.Lines(s) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\n"), ": ")
		lower := strings.ToLower(name)
		if !ok || !advisedFields[lower] && !strings.HasPrefix(lower, "access-control-") {
			return nil
		}
		h = append(h, exchange.Field{Name: name, Value: value})
	}
	return h
}

// fixed reports whether a server before the application may set the field to
// one value for all responses.
func fixed(name string) bool {
	switch name = strings.ToLower(name); name {
	case "vary", "cache-control", "strict-transport-security", "content-security-policy", "cross-origin-resource-policy", "x-content-type-options":
		return true
	}
	return strings.HasPrefix(name, "access-control-")
}

// fieldStatement sets a response field in the language of s, "" if it has none
// for it. There: the response has the field already, so it is replaced.
func fieldStatement(s software, name, value string, there bool) string {
	if !quotable(value) {
		return ""
	}
	double, single := strconv.Quote(value), "'"+value+"'"
	adds := strings.EqualFold(name, "Vary") // several members, set by several parts of a program
	switch s {
	case nginx:
		line := fmt.Sprintf("add_header %s %s always;", name, double)
		if there && !adds {
			return fmt.Sprintf("proxy_hide_header %s;\n%s", name, line)
		}
		return line
	case apache:
		if adds {
			return fmt.Sprintf("Header always merge %s %s", name, double)
		}
		if there { // Apache keeps the fields of the application in a second table
			return fmt.Sprintf("Header onsuccess unset %s\nHeader always set %s %s", name, name, double)
		}
		return fmt.Sprintf("Header always set %s %s", name, double)
	case caddy:
		if adds {
			return fmt.Sprintf("header +%s %s", name, double)
		}
		return fmt.Sprintf("header >%s %s", name, double)
	case haproxy:
		return fmt.Sprintf("http-after-response %s %s %s", word(adds, "add-header", "set-header"), name, double)
	case express:
		if adds {
			return "res.vary(" + single + ");"
		}
		return fmt.Sprintf("res.set('%s', %s);", name, single)
	case goHTTP:
		return fmt.Sprintf("w.Header().%s(%q, %s)", word(adds, "Add", "Set"), name, double)
	case spring:
		return fmt.Sprintf("response.%s(%q, %s);", word(adds, "addHeader", "setHeader"), name, double)
	case django:
		if adds {
			return fmt.Sprintf("patch_vary_headers(response, [%s])", double)
		}
		return fmt.Sprintf("response[%q] = %s", name, double)
	case fastAPI, flask:
		return fmt.Sprintf("response.headers[%q] = %s", name, double)
	case rails:
		return fmt.Sprintf("response.set_header(%q, %s)", name, double)
	case laravel:
		return fmt.Sprintf("$response->headers->set('%s', %s);", name, single)
	case php:
		return fmt.Sprintf("header('%s: %s'%s);", name, value, word(adds, ", false", ""))
	case aspNET:
		return fmt.Sprintf("Response.Headers[%q] = %s;", name, double)
	}
	return ""
}

// quotable reports whether a value means in quotation marks what it says in all
// of the languages: nothing in it ends the text or stands for something else.
func quotable(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' || c > '~' || strings.IndexByte("\\'`$%{}#", c) >= 0 {
			return false
		}
	}
	return value != ""
}

// cookieStatement sets a cookie in the language of s, "" if it has none for it.
// The value is a variable: it is a secret, and the program has it.
func cookieStatement(s software, line string) string {
	k := parseSetCookie(line)
	domain := k.Domain
	if !quotable(k.Name) || strings.Contains(k.Name, `"`) || domain+k.Path != "" && !quotable(domain+k.Path) || k.Value == "" || !k.Expires.IsZero() {
		return ""
	}
	var of cookieLanguage
	for _, l := range cookieLanguages {
		if l.name == s {
			of = l
		}
	}
	if of.name == "" || k.Partitioned && of.partitioned == "" {
		return ""
	}
	var args options
	args.when(k.Path != "", fmt.Sprintf(of.path, k.Path))
	args.when(domain != "", fmt.Sprintf(of.domain, domain))
	args.when(k.HasMaxAge, fmt.Sprintf(of.maxAge, k.MaxAge.Milliseconds()/of.tick))
	args.when(k.Secure, of.secure)
	args.when(k.HTTPOnly, of.httpOnly)
	args.when(k.SameSite != "", fmt.Sprintf(of.sameSite, sameSiteIn(s, k.SameSite)))
	args.when(k.Partitioned, of.partitioned)
	return fmt.Sprintf(of.statement, k.Name, args.join(", "))
}

// cookieLanguage is how a framework spells a cookie; tick is the unit of its
// lifetimes in milliseconds.
type cookieLanguage struct {
	name                                                          software
	statement                                                     string
	path, domain, maxAge, secure, httpOnly, sameSite, partitioned string
	tick                                                          int64
}

var cookieLanguages = []cookieLanguage{
	{
		express, "res.cookie('%s', value, { %s });",
		"path: '%s'", "domain: '%s'", "maxAge: %d", "secure: true", "httpOnly: true", "sameSite: '%s'", "partitioned: true", 1,
	},
	{
		goHTTP, "http.SetCookie(w, &http.Cookie{Name: %q, Value: value, %s})",
		"Path: %q", "Domain: %q", "MaxAge: %d", "Secure: true", "HttpOnly: true", "SameSite: http.SameSite%sMode", "Partitioned: true", 1000,
	},
	{
		django, "response.set_cookie(%q, value, %s)",
		"path=%q", "domain=%q", "max_age=%d", "secure=True", "httponly=True", "samesite=%q", "", 1000,
	},
	{
		fastAPI, "response.set_cookie(%q, value, %s)",
		"path=%q", "domain=%q", "max_age=%d", "secure=True", "httponly=True", "samesite=%q", "", 1000,
	},
	{
		flask, "response.set_cookie(%q, value, %s)",
		"path=%q", "domain=%q", "max_age=%d", "secure=True", "httponly=True", "samesite=%q", "", 1000,
	},
	{
		rails, "cookies[%q] = { value: value, %s }",
		"path: %q", "domain: %q", "expires: %d.seconds", "secure: true", "httponly: true", "same_site: :%s", "", 1000,
	},
	{
		php, "setcookie('%s', $value, [%s]);",
		"'path' => '%s'", "'domain' => '%s'", "'expires' => time() + %d", "'secure' => true", "'httponly' => true", "'samesite' => '%s'", "", 1000,
	},
}

// sameSiteIn is a value of SameSite as s spells it.
func sameSiteIn(s software, value string) string {
	switch s {
	case goHTTP, django, php, flask:
		if value == "" {
			return ""
		}
		return strings.ToUpper(value[:1]) + value[1:]
	}
	return value
}
