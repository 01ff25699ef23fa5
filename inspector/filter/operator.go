package filter

import (
	"slices"
	"strings"
	"time"

	"httpwhy/inspector/exchange"
)

// Operator is one of mitmproxy's ~ operators, or of ours in its style.
type Operator struct {
	// Name includes the tilde.
	Name string
	// Argument says what follows, "" if nothing does.
	Argument string
	Help     string

	// key is the field to which the argument goes; of is a text that a regular
	// expression is searched in; is needs no argument.
	key   string
	reads Fields
	of    func(r *exchange.Row) string
	is    func(r *exchange.Row) bool
}

var operators = []Operator{
	{Name: "~m", Argument: "regex", Help: "method", reads: Message, of: func(r *exchange.Row) string { return r.Method }},
	{Name: "~u", Argument: "regex", Help: "URL", reads: URL, of: func(r *exchange.Row) string { return r.URL }},
	{Name: "~d", Argument: "regex", Help: "domain: host and port", reads: URL, of: (*exchange.Row).Host},
	{Name: "~c", Argument: "code", Help: "status code, as status:", key: "status"},
	{Name: "~s", Help: "has a response", reads: Status, is: func(r *exchange.Row) bool { return r.Status != 0 }},
	{Name: "~q", Help: "has no response", reads: Status, is: func(r *exchange.Row) bool { return r.Status == 0 }},
	{Name: "~e", Help: "failed, as is:failed", reads: Outcome, is: func(r *exchange.Row) bool { return r.State == exchange.Failed }},
	{Name: "~t", Argument: "regex", Help: "media type of the response", reads: Message, of: func(r *exchange.Row) string { return r.MIME }},
	{Name: "~ts", Argument: "regex", Help: "media type of the response", reads: Message, of: func(r *exchange.Row) string { return r.MIME }},
	{Name: "~a", Help: "asset: script, style sheet, image or font", reads: Message, is: asset},
	{Name: "~src", Argument: "regex", Help: "client's address", reads: Client, of: func(r *exchange.Row) string { return r.Client }},
	{Name: "~http", Help: "HTTP, not an unread tunnel", reads: Outcome, is: func(r *exchange.Row) bool { return r.Mode != exchange.Tunnel }},
	{Name: "~all", Help: "everything", is: func(*exchange.Row) bool { return true }},
	{Name: "~diag", Argument: "rule", Help: "rule of a finding, as rule:", key: "rule"},
	{Name: "~dur", Argument: "range", Help: "duration, as dur:", key: "dur"},
	{Name: "~size", Argument: "range", Help: "bytes of the response's body, as size:", key: "size"},
	{Name: "~age", Argument: "range", Help: "time since the beginning, as age:", key: "age"},
}

// unanswered are the operators of mitmproxy that a row cannot answer.
var unanswered = map[string]string{
	"~b": "bodies", "~bq": "bodies", "~bs": "bodies",
	"~h": "headers", "~hq": "headers", "~hs": "headers", "~tq": "headers",
	"~dst": "server addresses", "~websocket": "WebSocket messages",
	"~tcp": "raw streams", "~udp": "raw streams", "~dns": "DNS messages",
	"~marked": "marks", "~marker": "marks", "~comment": "comments", "~meta": "metadata",
	"~replay": "replays", "~replayq": "replays", "~replays": "replays",
}

// Operators returns the ~ operators.
func Operators() []Operator { return slices.Clone(operators) }

func findOperator(name string) *Operator {
	for i := range operators {
		if operators[i].Name == name {
			return &operators[i]
		}
	}
	return nil
}

func takesArgument(name string) bool {
	o := findOperator(strings.ToLower(name))
	return o != nil && o.Argument != ""
}

func (p *parser) operator(t token) (node, error) {
	o := findOperator(strings.ToLower(t.src))
	switch {
	case o == nil:
		return nil, unknownOperator(t)
	case o.is != nil:
		return term{src: t.src, reads: o.reads, is: func(r *exchange.Row, _ time.Time) bool { return o.is(r) }}, nil
	}
	arg := p.peek()
	if arg.kind != word || arg.value == "" {
		return nil, &Error{arg.pos, o.Name + " wants a " + o.Argument + " behind it"}
	}
	p.take()
	src := p.src[t.pos : arg.pos+len(arg.src)]
	if o.key != "" {
		k := findKey(o.key)
		return p.build(k, token{src: src, value: arg.value, valuePos: arg.pos, quoted: arg.quoted})
	}
	re, err := newExpression(arg.value)
	if err != nil {
		return nil, &Error{arg.pos, o.Name + " wants a regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")}
	}
	return term{src: src, reads: o.reads, is: func(r *exchange.Row, _ time.Time) bool { return re.in(o.of(r)) }}, nil
}

func unknownOperator(t token) error {
	names := make([]string, 0, len(operators))
	for i := range operators {
		names = append(names, operators[i].Name)
	}
	possible := "possible are " + strings.Join(names, " ")
	if what := unanswered[strings.ToLower(t.src)]; what != "" {
		return &Error{t.pos, t.src + ": " + what + " cannot be searched yet; " + possible}
	}
	if t.src == "~" {
		return &Error{t.pos, "~ wants a letter behind it; " + possible}
	}
	return &Error{t.pos, "unknown operator " + t.src + "; " + possible}
}

func asset(r *exchange.Row) bool {
	for _, part := range [...]string{"javascript", "text/css", "image/", "font"} {
		if index(r.MIME, part) >= 0 {
			return true
		}
	}
	return false
}
