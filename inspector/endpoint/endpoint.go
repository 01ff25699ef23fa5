// Package endpoint names the endpoint of an API that a URL belongs to, and the
// form in which an API reports errors.
package endpoint

import (
	"strings"
)

// maxSegments bounds a template; what follows is left out.
const maxSegments = 16

// Of returns the host and the path template of an absolute URL: its path
// without query, with every segment that looks like an ID written as {id}.
func Of(target string) (host, template string) {
	if i := strings.Index(target, "://"); i >= 0 {
		target = target[i+3:]
	}
	host, path := target, ""
	if i := strings.IndexAny(target, "/?#"); i >= 0 {
		host, path = target[:i], target[i:]
	}
	host = strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
	return host, Template(path)
}

// Template is the path with every segment that looks like an ID written as
// {id}; "/" for an empty path. Query and fragment are left out.
func Template(path string) string {
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	if path == "" || path == "/" {
		return "/"
	}
	// Most paths are their own template, or have one ID: nothing is made of the
	// parts that stay.
	var out []byte
	kept, n := 0, 0 // path[:kept] is in out
	for start := 0; start <= len(path); n++ {
		if n == maxSegments {
			return string(append(append(out, path[kept:start]...), "…"...))
		}
		end := start + strings.IndexByte(path[start:], '/')
		if end < start {
			end = len(path)
		}
		if IsID(path[start:end]) {
			out = append(append(out, path[kept:start]...), "{id}"...)
			kept = end
		}
		start = end + 1
	}
	if kept == 0 {
		return path
	}
	return string(append(out, path[kept:]...))
}

// IsID reports whether a path segment looks like an ID made by a machine, or
// given by a user, and not like a word of the API: a number, a UUID, a date, a
// long word of letters and digits, an address with "@".
func IsID(s string) bool {
	digits, letters, hex, other := 0, 0, true, 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			letters++
			hex = hex && c|0x20 <= 'f'
		case c == '-' || c == '_' || c == '.' || c == ':' || c == '~':
			other++
		case c == '@' || c == '%':
			return strings.Contains(s, "@") || strings.Contains(strings.ToLower(s), "%40")
		default:
			return false
		}
	}
	switch {
	case digits == 0:
		return false
	case letters == 0:
		return true // numbers, dates, versions such as 1.2
	case strings.Contains(s, "."):
		return false // file names
	case hex && digits+letters >= 8 && digits >= 2:
		return true // UUIDs, digests, object IDs
	default:
		// cus_NffrFeUfNV2Hib, 01ARZ3NDEKTSV4RRFFQ69G5FAV
		mixed := strings.ToLower(s) != s && strings.ToUpper(s) != s
		return len(s) >= 14 && other <= 2 && (digits >= 2 || mixed)
	}
}
