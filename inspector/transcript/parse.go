// Package transcript reads and writes exchanges in a notation close to the
// output of `curl -v`, in which the examples of rules are written and which
// "copy as text" yields.
//
//   - at 2026-11-22T14:17:22Z
//     > GET http://api.example.test/me HTTP/1.1
//     > Accept: */*
//     < HTTP/1.1 401 Unauthorized
//     < Content-Type: text/plain
//
//     no token
//
//   - took 13ms
//
// A line "> METHOD URL PROTO" begins an exchange, "< PROTO STATUS REASON" a
// response; field lines follow with the same mark. Content stands after an empty
// line, or a mark alone, and goes on to the next line that begins with a mark and
// a space. A line of content that would look like that, or that begins with a
// backslash, is written with a backslash before it; so is the last line when it
// is empty. Lines "* name values" state facts: see the table in facts.go.
//
// What the notation does not carry: frames whose payload is not known whole, and
// the request-target where it differs from the origin-form of the URL.
package transcript

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

// Parse reads the exchanges of a transcript. An error names the line that could
// not be read.
func Parse(text string) ([]*exchange.Exchange, error) {
	p := &parser{}
	for i, line := range strings.Split(text, "\n") {
		if err := p.take(strings.TrimRight(line, "\r")); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if err := p.endExchange(); err != nil {
		return nil, err
	}
	return p.done, nil
}

type parser struct {
	done []*exchange.Exchange
	x    *exchange.Exchange
	// message is the one whose fields, content or trailers are being read.
	message *exchange.Message
	content bool // past the header section of message
	lines   []string
}

func (p *parser) take(line string) error {
	mark, rest, ok := cutMark(line)
	switch {
	case ok && mark == '*':
		p.endContent()
		return p.fact(rest)
	case ok && rest == "":
		if p.message == nil || p.content {
			return fmt.Errorf("%q stands outside a header section; write \\%s if it is content", line, line)
		}
		p.content = true
		return nil
	case ok && mark == '>':
		p.endContent()
		return p.request(rest)
	case ok:
		p.endContent()
		return p.response(rest)
	case line == "" && !p.content:
		p.content = p.message != nil
		return nil
	case !p.content:
		if p.message == nil {
			return fmt.Errorf("expected \"> METHOD URL\", \"< HTTP/1.1 STATUS\" or \"* fact\", got %q", clip(line))
		}
		return fmt.Errorf("expected a field line or an empty line before the content, got %q", clip(line))
	}
	p.lines = append(p.lines, line)
	return nil
}

// cutMark splits a line that begins with a mark and a space, or is a mark alone.
func cutMark(line string) (mark byte, rest string, ok bool) {
	if line == "" || !strings.ContainsRune("<>*", rune(line[0])) {
		return 0, "", false
	}
	if len(line) == 1 {
		return line[0], "", true
	}
	if line[1] != ' ' {
		return 0, "", false
	}
	return line[0], strings.Trim(line[2:], " \t"), true
}

func (p *parser) request(rest string) error {
	if p.message != nil && p.message == p.requestMessage() && !p.content {
		if name, value, ok := cutField(rest); ok {
			p.message.Header = append(p.message.Header, exchange.Field{Name: name, Value: value})
			return nil
		}
	}
	method, url, proto := cutRequestLine(rest)
	if url == "" {
		return fmt.Errorf("expected \"> METHOD URL PROTO\" or \"> Field: value\", got %q", clip(rest))
	}
	if p.x != nil && p.x.URL != "" {
		if err := p.endExchange(); err != nil {
			return err
		}
	}
	x := p.exchange()
	x.Request.Method, x.URL, x.Request.Proto = method, url, proto
	if method == http.MethodConnect {
		x.Mode = exchange.Tunnel
	}
	p.message, p.content = &x.Request, false
	return nil
}

// cutRequestLine splits a request line, in whose URL spaces may stand, since
// faulty clients send them.
func cutRequestLine(s string) (method, url, proto string) {
	method, url, _ = strings.Cut(s, " ")
	proto = "HTTP/1.1"
	if i := strings.LastIndexByte(url, ' '); i >= 0 && strings.HasPrefix(url[i+1:], "HTTP/") {
		url, proto = url[:i], url[i+1:]
	}
	return method, strings.Trim(url, " \t"), proto
}

func (p *parser) requestMessage() *exchange.Message {
	if p.x == nil || p.x.Request.Method == "" {
		return nil
	}
	return &p.x.Request
}

func (p *parser) response(rest string) error {
	if p.x == nil {
		return fmt.Errorf("a response without a request before it: %q", clip(rest))
	}
	if !isStatusLine(rest) {
		name, value, ok := cutField(rest)
		if !ok || p.message == nil || p.message == &p.x.Request || p.content {
			return fmt.Errorf("expected \"< HTTP/1.1 STATUS REASON\" or \"< Field: value\", got %q", clip(rest))
		}
		p.message.Header = append(p.message.Header, exchange.Field{Name: name, Value: value})
		return nil
	}
	if p.x.Response != nil {
		return fmt.Errorf("a second final response to one request: %q", clip(rest))
	}
	proto, rest, _ := strings.Cut(rest, " ")
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	status, err := strconv.Atoi(code)
	if err != nil || status < 0 || status > 9999 {
		return fmt.Errorf("not a status code: %q", clip(code))
	}
	m := exchange.Message{Status: status, Reason: strings.Trim(reason, " \t"), Proto: proto}
	if status >= 100 && status < 200 && status != 101 {
		p.x.Interim = append(p.x.Interim, m)
		p.message = &p.x.Interim[len(p.x.Interim)-1]
	} else {
		p.x.Response = &m
		p.message = p.x.Response
	}
	p.content = false
	return nil
}

func isStatusLine(s string) bool {
	proto, _, ok := strings.Cut(s, " ")
	return ok && strings.HasPrefix(proto, "HTTP/") && !strings.Contains(proto, ":")
}

func cutField(s string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(s, ":")
	if !ok || name == "" || strings.ContainsAny(name, " \t") {
		return "", "", false
	}
	return name, strings.Trim(value, " \t"), true
}

// exchange is the one being read; it begins one if there is none.
func (p *parser) exchange() *exchange.Exchange {
	if p.x == nil {
		p.x = &exchange.Exchange{
			State: exchange.Complete, Mode: exchange.Forward,
			Request: exchange.Message{Body: exchange.Body{State: exchange.NoBody, Expected: -1}},
		}
	}
	return p.x
}

// endContent gives the lines read so far to their message.
func (p *parser) endContent() {
	n := len(p.lines)
	for n > 0 && p.lines[n-1] == "" {
		n--
	}
	if n > 0 && p.message != nil {
		for i, line := range p.lines[:n] {
			p.lines[i] = strings.TrimPrefix(line, `\`)
		}
		fill(&p.message.Body, []byte(strings.Join(p.lines[:n], "\n")))
	}
	p.lines = nil
}

// fill makes data the whole content of b.
func fill(b *exchange.Body, data []byte) {
	if len(data) == 0 {
		return
	}
	b.State = exchange.WholeBody
	b.Data = data
	b.Size, b.Kept = int64(len(data)), int64(len(data))
	b.SHA256 = sha256.Sum256(data)
	if len(data) > exchange.HeadSize {
		b.Data = data[:exchange.HeadSize]
	}
}

func (p *parser) endExchange() error {
	p.endContent()
	x := p.x
	if x == nil {
		return nil
	}
	if x.Request.Method == "" && x.URL == "" {
		return fmt.Errorf("facts without a request line; write \"> METHOD URL HTTP/1.1\", or \"* tunnel host:port\" if none was read")
	}
	if strings.HasPrefix(x.URL, "/") {
		host := x.Request.Header.Get("Host")
		if host == "" {
			return fmt.Errorf("the request %s %s needs an absolute URL or a Host field", x.Request.Method, x.URL)
		}
		x.URL = "http://" + host + x.URL
	}
	if x.Request.Method != "" {
		x.Request.Target = target(x.URL)
	}
	settle(&x.Request)
	if x.Response != nil {
		settle(x.Response)
	}
	if x.Failure != nil {
		x.State = exchange.Failed
	}
	if x.ID == 0 {
		x.ID = exchange.ID(len(p.done) + 1)
	}
	p.done = append(p.done, x)
	p.x, p.message, p.content = nil, nil, false
	return nil
}

// settle completes what follows from the header section.
func settle(m *exchange.Message) {
	if m.Body.State == "" || m.Body.State == exchange.WholeBody && m.Body.Size == 0 {
		m.Body.State = exchange.NoBody
	}
	if m.Body.Expected <= 0 {
		m.Body.Expected = -1
		if n, err := strconv.ParseInt(m.Header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
			m.Body.Expected = n
		}
	}
}

// target is the origin-form of a URL (RFC 9112 section 3.2.1).
func target(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	i := strings.IndexAny(rest, "/?#")
	if i < 0 {
		return "/"
	}
	if rest[i] != '/' {
		return "/" + rest[i:]
	}
	return rest[i:]
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
