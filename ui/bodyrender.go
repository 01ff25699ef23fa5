package ui

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/gdamore/tcell/v2"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
	"httpwhy/ui/pager"
)

// renderBody decodes a body and lays it out. It runs beside the event loop.
func renderBody(ctx context.Context, key bodyKey, raw []byte) *shownBody {
	m := key.detail.x.Message(key.side)
	if key.mode == bodyHex {
		// The bytes as they were on the wire, in their content coding.
		return &shownBody{key: key, hex: append([]byte{}, raw...), note: "as on the wire"}
	}
	v := content.NewView(m, raw)
	shown := &shownBody{key: key, text: v.Data, note: strings.Join(v.Notes, "; ")}
	if ctx.Err() != nil {
		return nil
	}
	if key.mode == bodyPretty {
		shown.text = prettyBody(&v, m.Header.Get("Content-Type"), &shown.note)
	}
	if !v.Kind.Textual() {
		return shown
	}
	if !key.reveal {
		plain := string(shown.text)
		if masked := content.MaskLarge(plain); masked != plain {
			shown.text = []byte(masked)
			shown.note = strings.TrimPrefix(shown.note+"; secrets masked, r reveals", "; ")
		}
	}
	kind := v.Kind
	shown.style = func(l look) pager.Styler { return bodyStyler(kind, l) }
	return shown
}

// headOf lays out the leading bytes of a body that is too long to wait for, nil
// if it is not. Its end is left out: a secret that was cut in two is not
// recognised.
func headOf(key bodyKey) *shownBody {
	m := key.detail.x.Message(key.side)
	if m.Body.Kept <= int64(len(m.Body.Data)) || len(m.Body.Data) == 0 {
		return nil
	}
	shown := renderBody(context.Background(), key, m.Body.Data)
	if shown.hex == nil {
		const room = 16 << 10 // no secret that is known is longer
		if len(shown.text) <= room {
			return nil
		}
		shown.text = shown.text[:len(shown.text)-room]
		if end := bytes.LastIndexByte(shown.text, '\n'); end > 0 {
			shown.text = shown.text[:end]
		}
	}
	shown.partial = true
	return shown
}

// prettyBody lays decoded content out for reading. What it cannot improve stays
// as it is.
func prettyBody(v *content.View, contentType string, note *string) []byte {
	var b bytes.Buffer
	switch v.Kind {
	case content.JSON:
		if err := content.PrettyJSON(&b, v.Data); err != nil && v.Complete {
			*note = strings.TrimPrefix(*note+"; not valid JSON: "+err.Error(), "; ")
		}
	case content.XML, content.HTML:
		if content.PrettyMarkup(&b, v.Data, v.Kind) != nil {
			return v.Data
		}
	case content.Form:
		for _, p := range content.ParseForm(string(v.Data)) {
			fmt.Fprintf(&b, "%s = %s\n", p.Name, p.Value)
		}
	case content.Multipart:
		prettyMultipart(&b, v.Data, contentType, note)
	default:
		if v.Kind.Textual() || v.Kind == content.Empty {
			return v.Data
		}
		return []byte(content.HexDump(v.Data, 0))
	}
	return b.Bytes()
}

// prettyMultipart writes each part with its header, and its data if it is text.
func prettyMultipart(b *bytes.Buffer, data []byte, contentType string, note *string) {
	parts, err := content.ParseMultipart(contentType, data)
	if err != nil {
		*note = strings.TrimPrefix(*note+"; "+err.Error(), "; ")
	}
	if len(parts) == 0 {
		b.Write(data)
		return
	}
	for i, p := range parts {
		fmt.Fprintf(b, "--- part %d, %s\n", i+1, bytesText(int64(len(p.Data))))
		for _, f := range p.Header {
			fmt.Fprintf(b, "%s: %s\n", f.Name, f.Value)
		}
		b.WriteByte('\n')
		if content.Sniff(p.Header.Get("Content-Type"), p.Data).Textual() {
			b.Write(p.Data)
			b.WriteByte('\n')
		} else {
			b.WriteString(content.HexDump(p.Data[:min(len(p.Data), exchange.HeadSize)], 0))
		}
	}
}

// bodyStyler colours the tokens of a line.
func bodyStyler(kind content.Kind, l look) pager.Styler {
	styles := map[content.Class]tcell.Style{
		content.ClassKey: l.Key, content.ClassString: l.String, content.ClassNumber: l.Number,
		content.ClassLiteral: l.Literal, content.ClassPunctuation: l.Dim, content.ClassTag: l.Key,
		content.ClassComment: l.Dim, content.ClassEscape: l.Escape,
	}
	return func(line []byte) []pager.Span {
		tokens, _ := content.Tokens(kind, string(line), 0)
		spans := make([]pager.Span, 0, len(tokens))
		for _, t := range tokens {
			if style, ok := styles[t.Class]; ok {
				spans = append(spans, pager.Span{Start: t.Start, End: t.End, Style: style})
			}
		}
		return spans
	}
}
