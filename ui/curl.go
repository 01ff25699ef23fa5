package ui

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"httpwhy/inspector/exchange"
)

// curlCommand writes a request as a curl command that sends it again: method,
// header fields in wire order and content byte for byte. body is the content of
// the request; hide replaces secrets in a field value and may be nil.
//
// curl adds User-Agent, Accept and, with a body, Content-Type by itself: those
// that the request did not have are switched off. Fields that belong to the
// connection and not to the request are left to curl.
func curlCommand(x *exchange.Exchange, body []byte, hide func(name, value string) string) string {
	m := &x.Request
	args := []string{"curl"}
	switch {
	case m.Method == http.MethodHead:
		// -X HEAD would wait for content that never comes.
		args = append(args, "-I")
	case m.Method != http.MethodGet || len(body) > 0:
		args = append(args, "-X", shellQuote(m.Method))
	}
	switch m.Proto {
	case "HTTP/1.0":
		args = append(args, "--http1.0")
	case "HTTP/2.0":
		args = append(args, "--http2")
	}
	// curl would otherwise resolve /../ and expand [] and {} in the URL.
	args = append(args, "--path-as-is", "--globoff", shellQuote(x.URL))
	chunked := m.Header.Has("Transfer-Encoding")
	for _, f := range m.Header {
		if connectionField(f.Name) || strings.EqualFold(f.Name, "Content-Length") && len(body) > 0 {
			continue
		}
		if strings.EqualFold(f.Name, "Host") && f.Value == hostOf(x.URL) {
			continue
		}
		value := f.Value
		if hide != nil {
			value = hide(f.Name, value)
		}
		line := f.Name + ": " + value
		if value == "" {
			line = f.Name + ";" // curl's notation of a field without a value
		}
		args = append(args, "-H", shellQuote(line))
	}
	for _, name := range []string{"User-Agent", "Accept"} {
		if !m.Header.Has(name) {
			args = append(args, "-H", shellQuote(name+":"))
		}
	}
	if len(body) == 0 {
		return strings.Join(args, " ")
	}
	if !m.Header.Has("Content-Type") {
		args = append(args, "-H", shellQuote("Content-Type:"))
	}
	if chunked {
		args = append(args, "-H", shellQuote("Transfer-Encoding: chunked"))
	}
	if strings.IndexByte(string(body), 0) >= 0 {
		// No argument of a program can hold a NUL.
		return "printf " + printfQuote(body) + " | " + strings.Join(append(args, "--data-binary", "@-"), " ")
	}
	// --data-binary reads a file if its value begins with @.
	flag := "--data-binary"
	if body[0] == '@' {
		flag = "--data-raw"
	}
	return strings.Join(append(args, flag, shellQuote(string(body))), " ")
}

// connectionField reports whether a field belongs to the connection: curl makes
// its own (RFC 9110 section 7.6.1).
func connectionField(name string) bool {
	switch strings.ToLower(name) {
	case "connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "transfer-encoding", "upgrade":
		return true
	}
	return false
}

func hostOf(url string) string {
	r := exchange.Row{URL: url}
	return r.Host()
}

// shellQuote writes s as one word of a POSIX shell; where that takes bytes that
// a terminal would act on, as $'…', which bash, zsh, ksh and POSIX.1-2024 know.
func shellQuote(s string) string {
	if s == "" {
		return "''"
	}
	plain, printable := true, utf8.ValidString(s)
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("-_./:=@%+,", r):
		default:
			plain = false
			printable = printable && unicode.IsPrint(r)
		}
	}
	switch {
	case plain:
		return s
	case printable:
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			writeOctal(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// printfQuote writes p as the format of printf(1).
func printfQuote(p []byte) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, c := range p {
		switch {
		case c == '%':
			b.WriteString("%%")
		case c == '\\':
			b.WriteString(`\\`)
		case c == '\'':
			b.WriteString(`'\''`)
		case c < ' ' || c >= 0x7f:
			writeOctal(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// writeOctal escapes a byte with three digits, so that a digit may follow.
func writeOctal(b *strings.Builder, c byte) {
	b.WriteByte('\\')
	b.WriteByte('0' + c>>6)
	b.WriteByte('0' + c>>3&7)
	b.WriteByte('0' + c&7)
}
