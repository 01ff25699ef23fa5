package status

import (
	"fmt"
	"slices"
)

// table holds every code, ascending; assemble fills in what follows from the rest.
var table = assemble(informational, success, redirection, clientError, clientError410, clientError421,
	serverError, unofficial, unofficial5xx, nginx, aws, cloudflare)

func assemble(lists ...[]Code) []Code {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b Code) int { return a.Number - b.Number })
	for i := range all {
		c := &all[i]
		c.Class = ClassOf(c.Number)
		if c.Wire == "" {
			c.Wire = OnWire
		}
		c.Registered = !slices.Contains(c.Topics, Unofficial)
		if c.Caching == "" {
			c.Caching = caching(*c)
		}
	}
	return all
}

// caching is the sentence for a code that has no rule of its own.
func caching(c Code) string {
	switch {
	case c.Wire == LogOnly || c.Wire == Local:
		return "No: there is no response to store."
	case c.Class == Informational:
		return "No: an interim response is never stored."
	case c.Cacheable:
		return "Yes, heuristically: a cache may store it without Cache-Control or Expires (RFC 9110 section 15.1)."
	}
	return "Only if Cache-Control or Expires says so."
}

// Lookup returns the code with number n; false if it is in no list. Explain says
// what to make of such a number.
func Lookup(n int) (Code, bool) {
	i, ok := slices.BinarySearchFunc(table, n, func(c Code, n int) int { return c.Number - n })
	if !ok {
		return Code{}, false
	}
	return table[i], true
}

// Title is number and phrase, as in a status line: "404 Not Found".
func (c Code) Title() string {
	if c.Number == 0 {
		return "0 " + c.Phrase
	}
	return fmt.Sprintf("%03d %s", c.Number, c.Phrase)
}

func rfc(number int, section string) Reference {
	return Reference{
		Name: fmt.Sprintf("RFC %d section %s", number, section),
		URL:  fmt.Sprintf("https://www.rfc-editor.org/rfc/rfc%d#section-%s", number, section),
	}
}
