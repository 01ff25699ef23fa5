// Package status is the reference of HTTP status codes: every code of the IANA
// registry and the unofficial ones that developers meet, each with its meaning,
// its usual causes, what the specification demands, and blocks to copy.
//
// The table is plain data, one file per class. It imports the standard library
// alone, so the terminal command, the inspector's screen and the rules can all
// render the same facts.
package status

// Code is one status code. Its prose is ASCII, so a byte is a column.
type Code struct {
	// Number is 100 to 599 for a valid code (RFC 9110 section 15). 0 stands for
	// "no response"; 783 and 999 are sent in the wild although they are invalid.
	Number int `json:"code"`
	// Phrase is the name of the IANA registry, or the name that the users of an
	// unofficial code give it.
	Phrase string `json:"phrase"`
	// OtherNames are older and alternative names, searched like the phrase.
	OtherNames []string `json:"other_names,omitempty"`
	Class      Class    `json:"class"`
	// Topics are the groups to browse by, the main one first.
	Topics []Topic `json:"topics"`
	// Registered tells that the number stands in the IANA registry, even if only
	// as unused (306, 418) or for a limited time (104).
	Registered bool `json:"registered"`
	// Standing is unused, deprecated, obsolete, temporary or retired, and empty
	// for a code in good standing.
	Standing string `json:"standing,omitempty"`
	// UsedBy names who sends or logs the code, if that is not everybody.
	UsedBy string `json:"used_by,omitempty"`
	Wire   Wire   `json:"wire"`
	// Meaning is one or two sentences.
	Meaning string `json:"meaning"`
	// Causes are the usual ones, most frequent first.
	Causes []string `json:"causes"`
	// SpecServer and SpecClient are what the specification asks of each side.
	SpecServer string `json:"spec_server"`
	SpecClient string `json:"spec_client"`
	// Fields are the header fields that explain the code or get past it.
	Fields []string `json:"fields,omitempty"`
	Retry  Retry    `json:"retry"`
	// RetryHow is the sentence that goes with Retry.
	RetryHow string `json:"retry_how"`
	// Cacheable tells that a cache may store the response without explicit
	// freshness: "heuristically cacheable" (RFC 9110 section 15.1).
	Cacheable bool `json:"heuristically_cacheable"`
	// Caching says in a sentence whether and when the response is stored.
	Caching    string      `json:"caching"`
	NextClient string      `json:"next_client"`
	NextServer string      `json:"next_server"`
	Confused   []Confusion `json:"not_to_be_confused_with,omitempty"`
	// Examples are blocks to copy: the response first (a log line where nothing
	// is sent), then curl, the request, and for common codes a server in Go.
	Examples  []Example `json:"examples"`
	Reference Reference `json:"reference"`
}

// Confusion is a code that is easily taken for another, and the difference.
type Confusion struct {
	Number int    `json:"code"`
	Why    string `json:"why"`
}

// Reference is where a code is defined or described.
type Reference struct {
	Name string `json:"name"` // for example "RFC 9110 section 15.5.2"
	URL  string `json:"url"`
}

// Class is the class that the first digit gives (RFC 9110 section 15).
type Class string

// The classes. OutOfRange holds what is no valid status code: 0, 783 and 999.
const (
	Informational Class = "informational"
	Success       Class = "success"
	Redirection   Class = "redirection"
	ClientError   Class = "client error"
	ServerError   Class = "server error"
	OutOfRange    Class = "out of range"
)

// Wire tells whether a client ever sees the number.
type Wire string

// Where a code shows. nginx knows 494 to 497 inside and sends 400 instead.
const (
	OnWire  Wire = "on the wire"
	As400   Wire = "arrives as 400"
	LogOnly Wire = "only in logs"
	Local   Wire = "made by the client itself"
)

// Retry tells whether to send the same request again.
type Retry string

// The answers to "retry?", from the most to the least permissive.
const (
	NothingToRetry  Retry = "nothing to retry"
	RetryNow        Retry = "yes, at once"
	RetryLater      Retry = "yes, after a wait"
	RetryIdempotent Retry = "if the method is idempotent"
	RetryChanged    Retry = "after a change"
	RetryNever      Retry = "no"
)

// ClassOf returns the class of any number, known or not.
func ClassOf(n int) Class {
	switch n / 100 {
	case 1:
		return Informational
	case 2:
		return Success
	case 3:
		return Redirection
	case 4:
		return ClientError
	case 5:
		return ServerError
	}
	return OutOfRange
}
