package proxy

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"httpwhy/inspector/exchange"
)

// headEnd returns the length of the head at the start of b, its empty line
// included, or 0 if it is not complete. b[:from] is known to hold no end.
func headEnd(b []byte, from int) int {
	for i := max(0, from-3); i < len(b); i++ {
		j := bytes.IndexByte(b[i:], '\n')
		if j < 0 {
			return 0
		}
		i += j
		rest := b[i+1:]
		switch {
		case bytes.HasPrefix(rest, []byte("\r\n")):
			return i + 3
		case bytes.HasPrefix(rest, []byte("\n")): // RFC 9112 section 2.2
			return i + 2
		}
	}
	return 0
}

// splitHead cuts a head into its start line and its field lines, in order and
// case of the wire, which it appends to h.
func splitHead(text string, h exchange.Header) (start string, _ exchange.Header) {
	start, text, _ = strings.Cut(text, "\n")
	start = strings.TrimRight(start, "\r")
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimRight(line, "\r")
		if line == "" {
			break
		}
		// An obsolete line folding continues the value (RFC 9112 section 5.2).
		if (line[0] == ' ' || line[0] == '\t') && len(h) > 0 {
			h[len(h)-1].Value += " " + strings.Trim(line, " \t")
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		h = append(h, exchange.Field{Name: name, Value: strings.Trim(value, " \t")})
	}
	return start, h
}

// maxFields bounds the fields of a message that are recorded. All of them pass.
const maxFields = 10_000

// keepFields leaves out of the record what is beyond maxFields.
func keepFields(x *exchange.Exchange, m *exchange.Message, side string) {
	if lost := len(m.Header) - maxFields; lost > 0 {
		m.Header = slices.Clone(m.Header[:maxFields])
		x.Notes = append(x.Notes, fmt.Sprintf("%d %s fields beyond %d are not kept", lost, side, maxFields))
	}
}

// headOfText is splitHead with room for the fields of text.
func headOfText(text string) (start string, h exchange.Header) {
	return splitHead(text, make(exchange.Header, 0, max(0, strings.Count(text, "\n")-2)))
}

// requestHead reads the head of a request.
func requestHead(text string) exchange.Message {
	start, h := headOfText(text)
	m := exchange.Message{Header: h}
	m.Method, start, _ = strings.Cut(start, " ")
	if i := strings.LastIndexByte(start, ' '); i >= 0 {
		m.Target, m.Proto = start[:i], start[i+1:]
	} else {
		m.Target = start
	}
	m.Body.Expected = -1
	return m
}

// responseHead reads the head of a response.
func responseHead(text string) exchange.Message {
	start, h := headOfText(text)
	m := exchange.Message{Header: h}
	m.Proto, start, _ = strings.Cut(start, " ")
	code, reason, _ := strings.Cut(start, " ")
	m.Status, _ = strconv.Atoi(code)
	m.Reason = reason
	m.Body.Expected = -1
	return m
}
