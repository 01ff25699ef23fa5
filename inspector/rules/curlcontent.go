package rules

import (
	"net/http"
	"slices"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// maxCurlContent bounds the content that a line to copy holds, in bytes. What is
// longer, no text or secret is left to a file.
const maxCurlContent = 200

// contentOptions are options of curl that say what content to send, or that there
// is none.
var contentOptions = []string{"-d", "--data", "--data-binary", "--data-urlencode", "--json", "-F", "-T"}

// curlContent are the arguments that repeat the content of the request, unless
// args say what to send.
func (c *Case) curlContent(args []string) []string {
	m := &c.X.Request
	if m.Body.Size == 0 || m.Method == http.MethodGet || m.Method == http.MethodHead {
		return nil
	}
	if slices.ContainsFunc(args, func(a string) bool {
		return slices.Contains(contentOptions, a) || strings.HasPrefix(a, "Content-Length:")
	}) {
		return nil
	}
	var out []string
	typed := slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "Content-Type:") })
	if kind := m.Header.Get("Content-Type"); kind != "" && !typed {
		out = append(out, "-H", "Content-Type: "+clip(kind, 100))
	}
	return append(out, "--data-binary", contentArgument(&m.Body))
}

// contentArgument is b for --data-binary, which takes what begins with @ as the
// name of a file. What begins with a dash would read like an option.
func contentArgument(b *exchange.Body) string {
	if !b.Whole() || len(b.Data) > maxCurlContent || b.Data[0] == '@' || b.Data[0] == '-' {
		return "@FILE"
	}
	text := string(b.Data)
	printable := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) < 0
	if !printable || content.MaskText(text) != text || content.MaskURL("/?"+text) != "/?"+text {
		return "@FILE"
	}
	return text
}
