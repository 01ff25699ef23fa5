// Package spelling finds the word that somebody meant. It imports the standard
// library alone.
package spelling

import "strings"

// maxWord bounds the words that are compared, in bytes: longer ones are nobody's
// slip of the keyboard.
const maxWord = 64

// Nearest returns the name that word is most likely a misspelling of, in any
// case: the one with the fewest changed, missing, added or swapped letters, at
// most one in three, or one that begins with word. It is "" if none is near.
func Nearest(word string, names []string) string {
	word = strings.ToLower(word)
	best, least := "", max(1, len(word)/3)+1
	for _, name := range names {
		lower := strings.ToLower(name)
		d := Distance(word, lower)
		if len(word) >= 3 && len(lower) > len(word) && strings.HasPrefix(lower, word) {
			d = 1
		}
		if d < least {
			best, least = name, d
		}
	}
	return best
}

// Distance is the optimal string alignment distance of two words: the number of
// bytes to change, add, leave out, or swap with their neighbour. Words that are
// too long count as entirely different.
func Distance(a, b string) int {
	if len(a) > maxWord || len(b) > maxWord {
		return max(len(a), len(b))
	}
	var d [maxWord + 1][maxWord + 1]int
	for i := range len(a) + 1 {
		d[i][0] = i
	}
	for j := range len(b) + 1 {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
