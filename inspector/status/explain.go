package status

import "fmt"

// classMeanings says what a client may take from the first digit alone.
var classMeanings = map[Class]string{
	Informational: "an interim response; the final one follows",
	Success:       "the request was received, understood and accepted",
	Redirection:   "the client must do something more, mostly follow Location",
	ClientError:   "the request is wrong or cannot be fulfilled",
	ServerError:   "the server failed to fulfil a valid request",
}

// Explain says in a few sentences what a number means, also one that no list
// knows: an unknown code counts as the x00 of its class, and a number outside
// 100 to 599 is not valid (RFC 9110 section 15).
func Explain(n int) string {
	if c, ok := Lookup(n); ok {
		return c.Title() + ": " + c.Meaning
	}
	if n < 0 || n > 999 {
		return fmt.Sprintf("%d is not a status code: a status code has three digits, 100 to 599 (RFC 9110 section 15).", n)
	}
	class := ClassOf(n)
	if class == OutOfRange {
		return fmt.Sprintf("No status code %03d is known, and it is not valid: status codes are 100 to 599, and there is no class %dxx. "+
			"A client that receives it should treat it as 5xx, a server error (RFC 9110 section 15).", n, n/100)
	}
	base, _ := Lookup(n / 100 * 100)
	return fmt.Sprintf("No status code %d is known: it is neither in the IANA registry nor among the unofficial codes listed here. "+
		"Its class is %s (%dxx): %s. A client treats it as %s (RFC 9110 section 15).",
		n, class, n/100, classMeanings[class], base.Title())
}
