package content

import (
	"errors"
	"fmt"
	"strings"

	"httpwhy/inspector/exchange"
)

// View is the content of a message, decoded.
type View struct {
	Kind Kind
	// Data is without content coding and, if it is text, in UTF-8. Bytes that
	// are invalid in UTF-8 are kept.
	Data []byte
	// Codings are the content codings in the order in which they were applied.
	Codings []string
	// Charset is set for text.
	Charset Charset
	// Complete: Data is all of the content, wholly decoded.
	Complete bool
	// Err is a *CodingError, nil if there was none. A body of which not all
	// bytes are at hand is not an error.
	Err error
	// Notes are remarks in plain English on what was done and what is missing.
	Notes []string
}

// NewView decodes raw, the leading bytes of the body of m, to at most
// MaxDecoded bytes.
func NewView(m *exchange.Message, raw []byte) View { return NewViewLimit(m, raw, MaxDecoded) }

// NewViewLimit is NewView with another bound for the decoded bytes.
func NewViewLimit(m *exchange.Message, raw []byte, limit int64) View {
	v := View{Codings: codings(m)}
	v.Complete = m.Body.State == exchange.NoBody || m.Body.State == exchange.WholeBody && int64(len(raw)) >= m.Body.Size
	v.missing(&m.Body, int64(len(raw)))
	v.decode(raw, limit)
	contentType := m.Header.Get("Content-Type")
	v.Kind = Sniff(contentType, v.Data)
	v.label(contentType)
	if v.Kind.Textual() && v.Kind != Empty {
		v.Data, v.Charset = ToUTF8(v.Data, contentType, v.Kind)
		v.charsetNotes()
	}
	return v
}

func codings(m *exchange.Message) []string {
	var list []string
	for _, c := range m.Header.List("Content-Encoding") {
		if !strings.EqualFold(c, "identity") {
			list = append(list, c)
		}
	}
	return list
}

func (v *View) note(format string, args ...any) {
	v.Notes = append(v.Notes, fmt.Sprintf(format, args...))
}

// missing says which bytes of the body are not at hand.
func (v *View) missing(b *exchange.Body, have int64) {
	switch {
	case b.State == exchange.UnrecordedBody:
		v.note("not recorded: %s passed by", FormatSize(b.Size))
	case b.State == exchange.CutBody:
		v.note("cut: %s of %s kept", FormatSize(b.Kept), FormatSize(b.Size))
	case b.State == exchange.InterruptedBody && b.Expected > b.Size:
		v.note("interrupted after %s of %s", FormatSize(b.Size), FormatSize(b.Expected))
	case b.State == exchange.InterruptedBody:
		v.note("interrupted after %s", FormatSize(b.Size))
	}
	if have > 0 && have < b.Kept {
		v.note("the first %s of %s", FormatSize(have), FormatSize(b.Kept))
	}
}

func (v *View) decode(raw []byte, limit int64) {
	data, err := Decode(raw, v.Codings, limit)
	v.Data = data
	var e *CodingError
	// The end of a coding is missing whenever the end of the body is.
	if errors.As(err, &e) && (e.Kind != CodingTruncated || v.Complete) {
		v.note("%s", e.Message)
		v.Complete = v.Complete && e.Kind == CodingTrailing
		v.Err = err
	}
	undecoded := e != nil && (e.Kind == CodingUnknown || e.Kind == CodingMismatch)
	if len(v.Codings) > 0 && len(raw) > 0 && !undecoded {
		v.note("%s %s -> %s", strings.Join(v.Codings, ", "), FormatSize(int64(len(raw))), FormatSize(int64(len(data))))
	}
}

// label notes content that is not what its media type says.
func (v *View) label(contentType string) {
	labelled := kindOfType(contentType)
	if labelled == "" || labelled == v.Kind || v.Kind == Empty || v.Err != nil {
		return
	}
	t, _, _ := strings.Cut(contentType, ";")
	v.note("labelled %s, looks like %s", strings.TrimSpace(t), v.Kind)
}

func (v *View) charsetNotes() {
	c := v.Charset
	switch {
	case c.Unknown:
		v.note("unknown charset %s: shown as it is", c.Name)
	case c.Invalid >= 0:
		v.note("not valid UTF-8 at byte %d", c.Invalid)
	case c.Source == "guess":
		v.note("charset %s (a guess: none is declared and it is not UTF-8)", c.Name)
	case c.Name != "utf-8" && c.Name != "utf8" && c.Name != "us-ascii":
		v.note("charset %s", c.Name)
	}
}
