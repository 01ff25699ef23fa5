package rules

import (
	"net/http"
	"strings"

	"httpwhy/inspector/exchange"
)

// facts are what is told of an exchange in one pass over it, before any rule is
// asked.
type facts uint64

// The outcomes: of those that a rule needs, one is enough.
const (
	hasFailure facts = 1 << iota
	// The received responses by their status. Codes below 100 count as 1xx and
	// those above 599 as 5xx; 2xx is without 200, which most of the traffic is.
	status1xx
	status200
	status2xx
	status3xx
	status4xx
	status5xx

	anyStatus = status1xx | status200 | status2xx | status3xx | status4xx | status5xx
	outcomes  = hasFailure | anyStatus
)

// The rest: a rule needs all of those that it names.
const (
	methodGET facts = 1 << (iota + 7)
	methodPOST
	methodOPTIONS
	hasQuery
	newConnection

	sendsOrigin
	sendsAuthorization
	sendsRange
	sendsExpect
	sendsFetchDest
	// sendsUpgrade: Upgrade or Sec-WebSocket-Key.
	sendsUpgrade
	sendsContent
	sendsCookie
	// sendsCondition: If-None-Match or If-Modified-Since.
	sendsCondition

	// hasCookies: sent or answered.
	hasCookies
	answersSetCookie
	answersETag
	// answersAge: Age or Warning.
	answersAge
	answersCacheControl
	// answersLimit: a field with a limit in its name.
	answersLimit
	answersEncoded
	answersRetryAfter
	answersHSTS
	// answersJSON: there is content, of which some is known, and it is called JSON.
	answersJSON
	answersHTML
	answersXML
	answersEvents

	// reportsJSON: the content is JSON that Case.JSON reads: no success without an
	// error at its top.
	reportsJSON
	// redirected: another hop led to it.
	redirected
)

// has reports whether f holds what needs asks for.
func (f facts) has(needs facts) bool {
	return needs&^outcomes&^f == 0 && (needs&outcomes == 0 || needs&outcomes&f != 0)
}

func statusFact(code int) facts {
	switch {
	case code < 200:
		return status1xx
	case code == http.StatusOK:
		return status200
	case code < 300:
		return status2xx
	case code < 400:
		return status3xx
	case code < 500:
		return status4xx
	}
	return status5xx
}

// facts are those of the exchange, and of what else the case says.
func (c *Case) facts() facts {
	f := factsOf(c.X)
	if f.has(answersJSON) && c.readsJSON() {
		f |= reportsJSON
	}
	if len(c.Links.Chain) > 0 {
		f |= redirected
	}
	return f
}

func factsOf(x *exchange.Exchange) facts {
	f := requestFacts(x)
	if x.Failure != nil {
		f |= hasFailure
	}
	if received(x) {
		f |= statusFact(x.Response.Status) | responseFacts(x.Response)
	}
	return f
}

func requestFacts(x *exchange.Exchange) facts {
	var f facts
	switch x.Request.Method {
	case http.MethodGet:
		f |= methodGET
	case http.MethodPost:
		f |= methodPOST
	case http.MethodOptions:
		f |= methodOPTIONS
	}
	if strings.Contains(x.URL, "?") {
		f |= hasQuery
	}
	if !x.Client.Reused {
		f |= newConnection
	}
	if x.Request.Body.Size > 0 {
		f |= sendsContent
	}
	for _, field := range x.Request.Header {
		f |= fieldFact(field.Name, requestFields)
	}
	return f
}

func responseFacts(m *exchange.Message) facts {
	var f facts
	for _, field := range m.Header {
		f |= fieldFact(field.Name, responseFields)
		if len(field.Name) >= len("RateLimit") && containsFold(field.Name, "limit") {
			f |= answersLimit
		}
	}
	t := m.MediaType()
	switch {
	case isJSON(t) && len(m.Body.Data) > 0:
		f |= answersJSON
	case strings.HasPrefix(t, "text/html"):
		f |= answersHTML
	case t == "text/event-stream":
		f |= answersEvents
	}
	if strings.Contains(t, "xml") {
		f |= answersXML
	}
	return f
}

// fieldFacts are the facts that fields tell by being there, by the length of
// their names, which nearly all other fields are told apart by.
type fieldFacts [maxFieldName + 1][]fieldThere

type fieldThere struct {
	name string
	fact facts
}

const maxFieldName = 32

func byLength(fields ...fieldThere) *fieldFacts {
	var t fieldFacts
	for _, f := range fields {
		t[len(f.name)] = append(t[len(f.name)], f)
	}
	return &t
}

var requestFields = byLength(
	fieldThere{"Origin", sendsOrigin}, fieldThere{"Authorization", sendsAuthorization}, fieldThere{"Range", sendsRange},
	fieldThere{"Expect", sendsExpect}, fieldThere{"Sec-Fetch-Dest", sendsFetchDest}, fieldThere{"Upgrade", sendsUpgrade},
	fieldThere{"Sec-WebSocket-Key", sendsUpgrade}, fieldThere{"Cookie", sendsCookie | hasCookies},
	fieldThere{"If-None-Match", sendsCondition}, fieldThere{"If-Modified-Since", sendsCondition},
)

var responseFields = byLength(
	fieldThere{"Set-Cookie", answersSetCookie | hasCookies}, fieldThere{"Content-Encoding", answersEncoded},
	fieldThere{"Retry-After", answersRetryAfter}, fieldThere{"Strict-Transport-Security", answersHSTS},
	fieldThere{"ETag", answersETag}, fieldThere{"Age", answersAge}, fieldThere{"Warning", answersAge}, fieldThere{"Cache-Control", answersCacheControl},
)

func fieldFact(name string, known *fieldFacts) facts {
	if len(name) > maxFieldName {
		return 0
	}
	for _, f := range known[len(name)] {
		if strings.EqualFold(f.name, name) {
			return f.fact
		}
	}
	return 0
}
