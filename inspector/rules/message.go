package rules

import "fmt"

// errorMessage is what the response's content says of the error, in the forms
// that are common for JSON: problem details (RFC 9457) and objects with a
// message. It is "" if there is none.
func (c *Case) errorMessage() string {
	v := c.JSON()
	if m := errorText(v); m != "" {
		return excerpt(m, 120)
	}
	return ""
}

func errorText(v any) string {
	object, _ := v.(map[string]any)
	if object == nil {
		return ""
	}
	if m := member(object, "detail", "message", "error_description", "error_message", "errorMessage", "msg", "title", "reason"); m != "" {
		return m
	}
	for _, name := range []string{"error", "errors", "fault"} {
		switch e := object[name].(type) {
		case string:
			return e
		case map[string]any:
			if m := errorText(e); m != "" {
				return m
			}
		case []any:
			if len(e) > 0 {
				if s, ok := e[0].(string); ok {
					return s
				}
				if m := errorText(e[0]); m != "" {
					return m
				}
			}
		}
	}
	return ""
}

// quote is the error message in the form `: "message"`, "" if there is none.
func (c *Case) quote() string {
	if m := c.errorMessage(); m != "" {
		return fmt.Sprintf(": %q", m)
	}
	return ""
}

// requestID is the ID under which the server's log has this request, and the
// field that carries it.
func (c *Case) requestID() (name, value string) {
	for _, name := range []string{
		"X-Request-Id", "X-Correlation-Id", "X-Amzn-Requestid", "X-Amz-Request-Id", "X-Trace-Id", "X-B3-Traceid",
		"X-Cloud-Trace-Context", "Traceparent", "Request-Id", "CF-Ray", "X-Vercel-Id", "Fly-Request-Id",
	} {
		if v := c.X.Response.Header.Get(name); v != "" {
			return name, clip(v, 60)
		}
	}
	if v := member(c.JSON(), "request_id", "requestId", "trace_id", "traceId", "correlationId", "errorId"); v != "" {
		return "request ID in the body", clip(v, 60)
	}
	return "", ""
}
