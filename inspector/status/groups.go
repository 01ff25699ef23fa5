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

// Group is a topic with its codes, ascending.
type Group struct {
	Name  string
	Codes []Code
}

// Topics returns the codes by topic. A code with two topics is in both groups.
func Topics() []Group {
	groups := make([]Group, 0, len(topics))
	for _, topic := range topics {
		g := Group{Name: string(topic)}
		for _, c := range table {
			if slices.Contains(c.Topics, topic) {
				g.Codes = append(g.Codes, c)
			}
		}
		groups = append(groups, g)
	}
	return groups
}
