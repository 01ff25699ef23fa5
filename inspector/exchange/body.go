package exchange

// BodyState says what is known about the content of a message.
type BodyState string

// The states of a body. "Unknown is not absent": only NoBody says that the
// message had no content.
const (
	// NoBody: the message had no content.
	NoBody BodyState = "none"
	// WholeBody: it ended as its framing says and every byte is kept.
	WholeBody BodyState = "complete"
	// CutBody: it ended as its framing says; only its first bytes are kept.
	CutBody BodyState = "cut"
	// InterruptedBody: it ended before its framing says, or is still coming.
	InterruptedBody BodyState = "interrupted"
	// UnrecordedBody: its bytes were not kept; Size and SHA256 are of what
	// passed by.
	UnrecordedBody BodyState = "not recorded"
)

// Body is the content of a message after removal of the transfer coding: still
// in its content coding (RFC 9110 section 6.4).
type Body struct {
	State BodyState
	// Size counts all bytes that passed by, kept or not.
	Size int64
	// Expected is the length announced by Content-Length, -1 if none was.
	Expected int64
	// SHA256 is the digest of all bytes that passed by, also of those that were
	// not kept. Zero when State is NoBody or not all of it was digested.
	SHA256 [32]byte
	// Kept counts the leading bytes that the capture has.
	Kept int64
	// Data are the leading bytes of the content that travel with the exchange,
	// at most HeadSize. Bytes beyond them are read from the capture.
	Data []byte
}

// HeadSize is the number of leading bytes of a body that travel with an
// exchange. Diagnoses read no further.
const HeadSize = 64 << 10

// Whole reports whether Data is the complete content, which is what a
// diagnosis of the content needs.
func (b *Body) Whole() bool {
	return b.State == NoBody || b.State == WholeBody && int64(len(b.Data)) == b.Size
}
