package exchange

// Finding is one diagnosis of one exchange.
type Finding struct {
	// Exchange is the exchange whose verdict this is.
	Exchange ID
	// Rule is the kebab-case name of the rule; Family groups rules.
	Rule, Family string
	Severity     Severity
	Confidence   Confidence
	// Primary: this is the one to read first. At most one finding of an
	// exchange is primary.
	Primary bool
	// Related are the other exchanges that the verdict rests on, ascending.
	Related []ID
	// Verdict is one sentence in the present tense with this exchange's values.
	Verdict string
	// Short says the same in a few words for the list, e.g. "token expired 12
	// min ago". The list cuts it at its end only.
	Short    string
	Evidence []Evidence
	Fix      Fix
	// Why are one or two sentences on the mechanism, Reference a URL.
	Why, Reference string
}

// Fix is what to change on either side. Either advice may be empty.
type Fix struct{ Client, Server Advice }

// Advice is one change: Text says it, Copy holds the lines to paste, filled
// with this exchange's values, secrets masked.
type Advice struct{ Text, Copy string }

// Evidence is one fact that a finding rests on.
type Evidence struct {
	// Exchange is where to look; Part which part of it.
	Exchange ID
	Part     Part
	// Name is a field name, a JSON pointer, a timing step and so on; Value what
	// stands there, or "absent".
	Name, Value string
	// Note says what the value means here, if that is not plain.
	Note string
}

// Part names a part of an exchange.
type Part string

// The parts of an exchange that evidence points at.
const (
	RequestLine     Part = "request line"
	RequestHeader   Part = "request header"
	RequestBody     Part = "request body"
	StatusLine      Part = "status line"
	ResponseHeader  Part = "response header"
	ResponseBody    Part = "response body"
	ResponseTrailer Part = "response trailer"
	TimingPart      Part = "timing"
	ClientTLSPart   Part = "client TLS"
	ServerTLSPart   Part = "server TLS"
	FailurePart     Part = "failure"
	FramePart       Part = "frame"
	SequencePart    Part = "sequence"
)

// Severity orders findings.
type Severity string

// The severities. Good is a positive note, e.g. "preflight ok".
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
	SeverityGood    Severity = "good"
)

// Rank orders severities: error 3, warning 2, info 1, anything else 0.
func (s Severity) Rank() int {
	switch s {
	case SeverityError:
		return 3
	case SeverityWarning:
		return 2
	case SeverityInfo:
		return 1
	default:
		return 0
	}
}

// Confidence says how sure a finding is.
type Confidence string

// The confidences. Certain: a condition of a standard or a measured
// fingerprint. Likely: at least two independent signals. Possible: one signal.
const (
	Certain  Confidence = "certain"
	Likely   Confidence = "likely"
	Possible Confidence = "possible"
)
