package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

var _ = rule(Rule{
	ID: "charset-mismatch", Title: "The text is not in the charset that it claims", Family: Content, Severity: exchange.SeverityWarning, Aside: true,
	Explain:   "Readers turn bytes into characters by the charset of Content-Type, and read JSON as UTF-8. Text in another charset shows signs such as \ufffd or Ã© in the place of letters; strict parsers refuse it.",
	FixClient: "Read the text in the charset that it is really in.",
	FixServer: "Write UTF-8 everywhere, and say so in Content-Type.",
	Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#name-charset",
	When: when(anyStatus, func(x *exchange.Exchange) bool {
		if !received(x) || len(x.Response.Body.Data) == 0 {
			return false
		}
		t := x.Response.MediaType()
		return isJSON(t) || t == "text/html" || t == "text/plain" || strings.HasSuffix(t, "xml")
	}),
	Check: func(c *Case) *Finding {
		text := c.Text()
		if utf8.ValidString(text) {
			return c.readTwice(text)
		}
		kind := content.Sniff(c.X.Response.Header.Get("Content-Type"), []byte(text))
		_, charset := content.ToUTF8([]byte(text), c.X.Response.Header.Get("Content-Type"), kind)
		if charset.Unknown || charset.Name != "utf-8" || charset.Source == "BOM" || charset.Invalid < 0 {
			return nil
		}
		says := "is declared as UTF-8"
		if isJSON(c.X.Response.MediaType()) {
			says = "is JSON, which is UTF-8"
		}
		at := charset.Invalid
		return c.charsetFinding(fmt.Sprintf("The text %s, but byte %d (%02x) is no UTF-8; readers show \ufffd there.", says, at+1, text[at]), "not valid UTF-8", text, at)
	},
	Examples: []Example{
		{Name: "latin-1-as-utf-8", Finds: "is declared as UTF-8, but byte 4 (e9) is no UTF-8", HTTP: textIn("text/plain; charset=utf-8", "caf\xe9 cr\xe8me")},
		{Name: "json", Finds: "is JSON, which is UTF-8, but byte 11 (fc)", HTTP: textIn("application/json", "{\"name\":\"M\xfcller\"}")},
		{Name: "meta", Finds: "is declared as UTF-8", HTTP: textIn("text/html", "<!doctype html><meta charset=utf-8><p>caf\xe9</p>")},
		{Name: "utf-8-as-latin-1", Finds: "is declared as iso-8859-1, but reads as UTF-8", HTTP: textIn("text/plain; charset=iso-8859-1", "café crème")},
		{Name: "twice", Finds: "was encoded twice", HTTP: textIn("application/json", `{"name":"MÃ¼ller","city":"KÃ¶ln"}`)},
		{Name: "utf-8", HTTP: textIn("text/plain; charset=utf-8", "café crème")},
		{Name: "latin-1", HTTP: textIn("text/plain; charset=iso-8859-1", "caf\xe9 cr\xe8me")},
		{Name: "undeclared", HTTP: textIn("text/plain", "caf\xe9 cr\xe8me")},
		{Name: "about-it", HTTP: textIn("text/plain; charset=utf-8", "If é shows as Ã© and ü as Ã¼, the charset is wrong.")},
		{Name: "uppercase", HTTP: textIn("text/plain; charset=utf-8", "NÃO, A SITUAÇÃO É BOA")},
		{Name: "cut", HTTP: textIn("text/plain; charset=utf-8", "caf\xc3") + "\n* body cut 70000"},
	},
})

func beyondASCII(r rune) bool { return r >= utf8.RuneSelf }

// readTwice looks at text that is valid UTF-8: under another label, or made of
// UTF-8 that was taken for windows-1252 and encoded again.
func (c *Case) readTwice(text string) *Finding {
	declared := strings.ToLower(charsetOf(c.X.Response.Header.Get("Content-Type")))
	switch declared {
	case "iso-8859-1", "latin1", "windows-1252", "us-ascii", "ascii":
		// By chance a text in these is hardly ever valid UTF-8.
		at := strings.IndexFunc(text, beyondASCII)
		if at < 0 {
			return nil
		}
		return c.charsetFinding(fmt.Sprintf("The text is declared as %s, but reads as UTF-8; readers show %q for %q.", declared, misread(text[at:]), firstRune(text[at:])), "UTF-8 labelled "+declared, text, at)
	case "", "utf-8", "utf8":
	default:
		return nil
	}
	if !strings.Contains(text, "Ã") && !strings.Contains(text, "â€") {
		return nil
	}
	first, count := -1, 0
	for i, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		rest := text[i+utf8.RuneLen(r):]
		next, _ := utf8.DecodeRuneInString(rest)
		switch {
		case r == 'Ã' && next >= 0xa0 && next <= 0xbf, r == 'â' && next == '€':
			if count++; first < 0 {
				first = i
			}
		case unicodeLetter(r) && r != 'Ã' && r != 'â' && r != 'Â':
			return nil // other letters are right, so this may be meant
		}
	}
	if count < 2 {
		return nil
	}
	f := c.charsetFinding("Likely: the text was encoded twice: UTF-8 was taken for another charset and encoded again.", "UTF-8 encoded twice", text, first)
	f.Confidence = exchange.Likely
	return f
}

// unicodeLetter reports whether r is a letter of the Latin supplement, which is
// what doubled UTF-8 replaces.
func unicodeLetter(r rune) bool { return r >= 0xc0 && r <= 0x24f }

func charsetOf(contentType string) string {
	_, rest, ok := strings.Cut(strings.ToLower(contentType), "charset=")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, ";")
	return strings.Trim(name, ` "'`)
}

func firstRune(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	return string(r)
}

// misread is the first character of s as a reader of ISO 8859-1 sees it.
func misread(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	var out []rune
	for i := range n {
		out = append(out, rune(s[i]))
	}
	return string(out)
}

func (c *Case) charsetFinding(verdict, brief, text string, at int) *Finding {
	from := max(0, at-20)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	return &Finding{
		Verdict: verdict, Short: clip(brief, shortCells),
		Evidence: []exchange.Evidence{
			c.responseField("Content-Type", ""),
			{Part: exchange.ResponseBody, Name: fmt.Sprintf("byte %d", at+1), Value: fmt.Sprintf("%q", text[from:min(len(text), at+12)])},
		},
		Fix: exchange.Fix{
			Client: exchange.Advice{Text: "Look at the bytes:", Copy: c.curl("-s") + " | xxd | head"},
			Server: exchange.Advice{Text: "Write UTF-8, and say so:", Copy: "Content-Type: " + firstOf(c.X.Response.MediaType(), "text/plain") + word(isJSON(c.X.Response.MediaType()), "", "; charset=utf-8")},
		},
	}
}

func textIn(contentType, text string) string {
	return "> GET http://api.test/items HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Type: " + contentType + "\n\n" + text
}
