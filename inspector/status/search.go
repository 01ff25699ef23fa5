package status

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Weights of a match, by where it was found. A match of a whole name or class
// outweighs what single words add up to.
const (
	exactNumber  = 100_000
	numberPrefix = 50_000
	wholeName    = 20_000
	partOfName   = 5_000

	togetherInProse = 700
)

// entry is a code prepared for searching: normalized names, and words by weight.
type entry struct {
	code   Code
	names  []string
	places []place
	prose  string // causes and meaning as words between single spaces
}

type place struct {
	weight int
	words  []string
}

var index = sync.OnceValue(func() []entry {
	var entries []entry
	for _, c := range table {
		e := entry{code: c}
		for _, name := range append([]string{c.Phrase}, c.OtherNames...) {
			e.names = append(e.names, strings.Join(words(name), " "))
		}
		topics := make([]string, len(c.Topics))
		for i, t := range c.Topics {
			topics[i] = string(t)
		}
		e.places = []place{
			{400, words(strings.Join(e.names, " "))},
			{200, words(c.UsedBy)},
			{150, words(strings.Join(topics, " ") + " " + string(c.Class) + " " + c.Standing)},
			{120, words(strings.Join(c.Fields, " "))},
			{100, words(strings.Join(c.Causes, " "))},
			{80, words(c.Meaning)},
			{40, words(strings.Join([]string{c.NextClient, c.NextServer, c.RetryHow, c.SpecServer, c.SpecClient, c.Reference.Name}, " "))},
		}
		e.prose = " " + strings.Join(words(strings.Join(append(slices.Clone(c.Causes), c.Meaning), " | ")), " ") + " "
		entries = append(entries, e)
	}
	return entries
})

// Search returns the codes that fit a query, best first: a number ("404"), the
// beginning of one ("42", "4xx"), a class ("client error"), a name old or new
// ("payload too large"), or words from names, users, topics, fields, causes and
// advice. One wrong letter is tolerated in a word of four letters or more that
// fits nowhere as it is. cat:TOPIC and header:FIELD narrow. An empty query
// returns everything; NoMatch explains an empty result.
func Search(query string) []Code {
	q := parse(query)
	entries := index()
	if q.narrowed() {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return !q.admits(e.code) })
	}
	if len(q.words) == 0 {
		return codes(entries)
	}
	text := strings.Join(q.words, " ")
	if class, ok := classNamed(text); ok {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return e.code.Class != class })
		return codes(rank(entries, func(e entry) (int, int) { return 1, nameScore(e.names, text) }))
	}
	matchers := make([]matcher, len(q.words))
	for i, word := range q.words {
		matchers[i] = newMatcher(word, entries)
	}
	return codes(rank(entries, func(e entry) (matched, score int) {
		for _, m := range matchers {
			if s := m.score(e); s > 0 {
				matched++
				score += s
			}
		}
		return matched, e.weigh(score, text) + nameScore(e.names, text)
	}))
}

// weigh rewards words that stand together in the prose as they do in the query,
// and favours registered codes, since they are what a client mostly meets.
func (e entry) weigh(score int, text string) int {
	if strings.Contains(text, " ") && strings.Contains(e.prose, " "+text+" ") {
		score += togetherInProse
	}
	if !e.code.Registered && score < numberPrefix {
		score = score * 3 / 4
	}
	return score
}

// rank keeps the entries that fit as many words as the best one does, and sorts
// them by score; equals by standing in the registry, then by number.
func rank(entries []entry, score func(entry) (matched, score int)) []entry {
	type ranked struct {
		entry
		matched, score int
	}
	var all []ranked
	most := 1
	for _, e := range entries {
		matched, s := score(e)
		all = append(all, ranked{e, matched, s})
		most = max(most, matched)
	}
	all = slices.DeleteFunc(all, func(r ranked) bool { return r.matched < most })
	slices.SortStableFunc(all, func(a, b ranked) int {
		if a.code.Registered != b.code.Registered && a.score == b.score {
			if a.code.Registered {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.score, a.score)
	})
	kept := make([]entry, len(all))
	for i, r := range all {
		kept[i] = r.entry
	}
	return kept
}

func codes(entries []entry) []Code {
	list := make([]Code, len(entries))
	for i, e := range entries {
		list[i] = e.code
	}
	return list
}

// classNamed finds the class whose name is text, in the singular or plural.
func classNamed(text string) (Class, bool) {
	text = strings.TrimSuffix(text, "s")
	for _, class := range classes {
		if text == strings.TrimSuffix(string(class), "s") {
			return class, true
		}
	}
	return "", false
}

// nameScore rewards a query that is a whole name, or a run of words in one.
func nameScore(names []string, text string) int {
	if slices.Contains(names, text) {
		return wholeName
	}
	for _, name := range names {
		if strings.Contains(" "+name+" ", " "+text+" ") {
			return partOfName
		}
	}
	return 0
}

// matcher scores one word of a query.
type matcher struct {
	word   string
	number bool // a status code or the beginning of one
	fuzzy  bool // fits nowhere as it is
}

func newMatcher(word string, entries []entry) matcher {
	if prefix, ok := numberPattern(word); ok {
		return matcher{word: prefix, number: true}
	}
	m := matcher{word: word}
	m.fuzzy = len(word) >= 4 && !slices.ContainsFunc(entries, func(e entry) bool { return m.score(e) > 0 })
	return m
}

// numberPattern reads "404", "42", "4", "4xx" and "42x" as the digits that a
// code begins with.
func numberPattern(word string) (string, bool) {
	digits := word
	if len(word) == 3 {
		digits = strings.TrimRight(word, "x")
	}
	if digits == "" || len(digits) > 3 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return digits, true
}

func (m matcher) score(e entry) int {
	if m.number {
		n := strconv.Itoa(e.code.Number)
		switch {
		case m.word == n || m.word == "000" && n == "0":
			return exactNumber
		case strings.HasPrefix(n, m.word):
			return numberPrefix
		}
		return 0
	}
	for _, p := range e.places {
		best := 0
		for _, word := range p.words {
			switch {
			case word == m.word || word+"s" == m.word:
				best = max(best, p.weight)
			case strings.HasPrefix(word, m.word):
				best = max(best, p.weight*3/4)
			case m.fuzzy && len(word) >= 4 && oneOff(word, m.word):
				best = max(best, p.weight/2)
			}
		}
		if best > 0 {
			return best // the places are in order of weight
		}
	}
	return 0
}
