package status

import "slices"

// Topic is a group to browse by: what the codes have to do with, across classes.
type Topic string

// The topics, in the order in which they are shown.
const (
	Interim        Topic = "Interim"
	Successful     Topic = "Success"
	Redirects      Topic = "Redirects"
	Caching        Topic = "Caching"
	RequestIsWrong Topic = "Request is wrong"
	Authentication Topic = "Authentication"
	Browser        Topic = "CORS and browser"
	RateAndLoad    Topic = "Rate and load"
	Gateway        Topic = "Gateway and proxy"
	ServerFailure  Topic = "Server failure"
	WebDAV         Topic = "WebDAV"
	Unofficial     Topic = "Unofficial"
)

var (
	topics = []Topic{
		Interim, Successful, Redirects, Caching, RequestIsWrong, Authentication,
		Browser, RateAndLoad, Gateway, ServerFailure, WebDAV, Unofficial,
	}
	classes = []Class{Informational, Success, Redirection, ClientError, ServerError, OutOfRange}
)

// Group is a class or a topic with its codes, ascending.
type Group struct {
	Name  string `json:"name"`
	Codes []Code `json:"codes"`
}

// Classes returns the codes by class, 1xx first.
func Classes() []Group {
	var groups []Group
	for _, class := range classes {
		groups = append(groups, group(string(class), func(c Code) bool { return c.Class == class }))
	}
	return groups
}

// Topics returns the codes by topic. A code with two topics is in both groups.
func Topics() []Group {
	var groups []Group
	for _, topic := range topics {
		groups = append(groups, group(string(topic), func(c Code) bool { return slices.Contains(c.Topics, topic) }))
	}
	return groups
}

func group(name string, in func(Code) bool) Group {
	g := Group{Name: name}
	for _, c := range table {
		if in(c) {
			g.Codes = append(g.Codes, c)
		}
	}
	return g
}
