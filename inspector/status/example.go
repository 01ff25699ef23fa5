package status

import (
	"fmt"
	"strings"
)

// Example is a block to copy. Its lines end in LF. A message has its whole
// head, the empty line, and content of exactly Content-Length bytes.
type Example struct {
	Kind  Kind   `json:"kind"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Kind tells what an example is.
type Kind string

// The kinds. LogLine stands first where a code never reaches a client.
const (
	Response Kind = "response"
	LogLine  Kind = "log"
	Client   Kind = "client"
	Request  Kind = "request"
	Server   Kind = "server"
)

const (
	exampleHost = "api.example.test"
	exampleDate = "Sat, 22 Nov 2025 10:00:00 GMT"
)

// blocks makes the examples of a code out of the two messages: it completes
// their heads and derives the curl command from the request, so that no two
// of them can disagree. A Client in more replaces the derived command.
func blocks(request, answer string, more ...Example) []Example {
	first := Example{Response, "Example response", respond(answer)}
	if !strings.HasPrefix(answer, "HTTP/") {
		first = Example{LogLine, "What is seen", answer}
	}
	request = complete(request, false)
	client := curl(curlOf(request))
	var rest []Example
	for _, e := range more {
		if e.Kind == Client {
			client = e
			continue
		}
		rest = append(rest, e)
	}
	return append([]Example{first, client, {Request, "Request that leads to it", request}}, rest...)
}

func curl(command string) Example { return Example{Client, "Example client (curl)", command} }
func golang(body string) Example  { return Example{Server, "Example server (Go, net/http)", body} }

// respond completes each response of a text that may begin with interim ones.
func respond(text string) string {
	const next = "\n\nHTTP/1.1 "
	var out strings.Builder
	for i, part := range strings.Split(text, next) {
		if i > 0 {
			part = next[2:] + part
		}
		out.WriteString(complete(part, true))
	}
	return out.String()
}

// complete adds the fields that every such message must have: Host in a request
// (RFC 9112 section 3.2), Date in a final response (RFC 9110 section 6.6.1), and
// Content-Length where content is allowed (RFC 9110 section 8.6).
func complete(text string, response bool) string {
	head, content, _ := strings.Cut(text, "\n\n")
	start, _, _ := strings.Cut(head, "\n")
	bare := false // has neither content nor Content-Length
	if response {
		number := strings.Fields(start)[1]
		interim := number[0] == '1'
		bare = interim || number == "204" || number == "304"
		if !interim {
			head = insert(head, "Date: "+exampleDate)
		}
	} else {
		bare = content == ""
		if !has(head, "Host") {
			head = insert(head, "Host: "+exampleHost)
		}
	}
	if !bare && !has(head, "Content-Length") && !has(head, "Transfer-Encoding") {
		head += fmt.Sprintf("\nContent-Length: %d", len(content))
	}
	return head + "\n\n" + content
}

func has(head, field string) bool {
	return strings.Contains(strings.ToLower(head), "\n"+strings.ToLower(field)+":")
}

// insert puts a field line below the start line.
func insert(head, line string) string {
	start, fields, more := strings.Cut(head, "\n")
	if !more {
		return start + "\n" + line
	}
	return start + "\n" + line + "\n" + fields
}

// curlOf writes the request as a curl command, one option per line.
func curlOf(request string) string {
	head, content, _ := strings.Cut(request, "\n\n")
	lines := strings.Split(head, "\n")
	start := strings.Fields(lines[0])
	method, target, host := start[0], start[1], ""
	options := []string{"curl -i"}
	switch {
	case method == "HEAD":
		options[0] = "curl -I"
	case method != "GET" && (method != "POST" || content == ""):
		options[0] += " -X " + method
	}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "Host":
			host = value
		case "Content-Length":
		default:
			options = append(options, "-H "+quote(line))
		}
	}
	if content != "" {
		options = append(options, "--data-raw "+quote(content))
	}
	options = append(options, quote("https://"+host+target))
	if len(options) == 2 {
		return strings.Join(options, " ")
	}
	return strings.Join(options, " \\\n  ")
}

// quote makes one shell word of s.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
