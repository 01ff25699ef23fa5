package content

import (
	"bytes"
	"io"
	"strings"
)

// PrettyMarkup breaks XML or HTML into lines: a tag on each, indented by depth,
// with an element that holds only text on one line. It changes white space and
// nothing else, and never fails: what is not well-formed stays as it is.
func PrettyMarkup(w io.Writer, data []byte, kind Kind) error {
	p := markupPrinter{html: kind == HTML}
	for len(data) > 0 {
		data = p.piece(data)
	}
	p.endLine()
	_, err := w.Write(p.out.Bytes())
	return err
}

type markupPrinter struct {
	out  bytes.Buffer
	html bool
	// open are the names of the elements that are not closed yet.
	open []string
	// opened: the line so far is an opening tag, and text if there is some.
	opened, text bool
}

// piece prints the first tag or text of data and returns the rest.
func (p *markupPrinter) piece(data []byte) []byte {
	if data[0] != '<' {
		n := bytes.IndexByte(data, '<')
		if n < 0 {
			n = len(data)
		}
		p.addText(data[:n])
		return data[n:]
	}
	n := tagEnd(data)
	tag := data[:n]
	name := tagName(tag)
	switch {
	case bytes.HasPrefix(tag, []byte("</")):
		p.close(tag)
	case name == "" || bytes.HasSuffix(tag, []byte("/>")) || p.html && voidElements[name]:
		p.startLine()
		p.out.Write(tag)
	default:
		p.startLine()
		p.out.Write(tag)
		p.open = append(p.open, name)
		p.opened = true
		if p.html && rawElements[name] {
			return p.raw(data[n:], name)
		}
	}
	return data[n:]
}

// raw copies the content of script, style, pre and textarea, where white space
// counts and "<" need not begin a tag.
func (p *markupPrinter) raw(data []byte, name string) []byte {
	end := 0
	for end < len(data) && !endTag(data[end:], name) {
		end++
	}
	p.out.Write(data[:end])
	p.text = true
	return data[end:]
}

func endTag(data []byte, name string) bool {
	return data[0] == '<' && len(data) >= len(name)+2 && data[1] == '/' && strings.EqualFold(string(data[2:2+len(name)]), name)
}

func (p *markupPrinter) addText(text []byte) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return
	}
	if !p.opened || p.text {
		p.startLine()
	}
	p.out.Write(text)
	p.text = true
}

func (p *markupPrinter) close(tag []byte) {
	name := lowerASCII(bytes.TrimRight(tag[2:], " \t\r\n>"))
	// HTML lets end tags out: a close ends the unclosed elements within, too.
	if len(p.open) > 0 && p.open[len(p.open)-1] != name {
		p.opened = false
	}
	for i := len(p.open) - 1; i >= max(0, len(p.open)-64); i-- {
		if p.open[i] == name {
			p.open = p.open[:i]
			break
		}
	}
	if !p.opened {
		p.startLine()
	}
	p.out.Write(tag)
	p.opened, p.text = false, false
}

func (p *markupPrinter) startLine() {
	p.endLine()
	for range min(len(p.open), prettyDepth) {
		p.out.WriteString("  ")
	}
	p.opened, p.text = false, false
}

func (p *markupPrinter) endLine() {
	if b := p.out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		p.out.WriteByte('\n')
	}
}

// tagEnd is the length of the tag, comment, CDATA section or declaration that
// begins data; all of data if it does not end.
func tagEnd(data []byte) int {
	for _, span := range [...][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if bytes.HasPrefix(data, []byte(span[0])) {
			if i := bytes.Index(data, []byte(span[1])); i >= 0 {
				return i + len(span[1])
			}
			return len(data)
		}
	}
	quote := byte(0)
	for i, c := range data {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return len(data)
}

// tagName is the lower-case name of an opening tag, "" for anything else.
func tagName(tag []byte) string {
	n := 1
	for n < len(tag) && bytes.IndexByte([]byte(" \t\r\n/>"), tag[n]) < 0 {
		n++
	}
	if n == 1 || tag[1] == '!' || tag[1] == '?' || tag[1] == '/' {
		return ""
	}
	return lowerASCII(tag[1:n])
}

func lowerASCII(b []byte) string {
	c := bytes.Clone(b)
	for i := range c {
		if 'A' <= c[i] && c[i] <= 'Z' {
			c[i] |= 0x20
		}
	}
	return string(c)
}

// voidElements have no end tag (WHATWG HTML, section 13.1.2). The end tags of
// p and li may be left out and mostly are not.
var voidElements = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

var rawElements = map[string]bool{"script": true, "style": true, "pre": true, "textarea": true}
