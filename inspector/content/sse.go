package content

import (
	"bytes"
	"strings"
)

// Event is one event of text/event-stream (WHATWG HTML, section 9.2).
type Event struct {
	// Type is the event field; "" means "message".
	Type string
	// ID is the id field of this event, "" if it has none.
	ID string
	// Data are the data fields joined by line feeds; HasData tells an empty
	// field from none: an event without data is not dispatched.
	Data    string
	HasData bool
	// Retry is the retry field in milliseconds as sent.
	Retry string
	// Comments are the lines that begin with a colon, mostly keep-alives.
	Comments []string
	// Cut: the blank line that ends the event did not come.
	Cut bool
}

// ParseSSE reads the events of a stream, also those without data.
func ParseSSE(data []byte) []Event {
	data = bytes.TrimPrefix(data, []byte(bom))
	var events []Event
	var e Event
	var lines []string // of the data fields
	begun := false
	end := func() {
		e.Data, e.HasData = strings.Join(lines, "\n"), lines != nil
		events = append(events, e)
		e, lines, begun = Event{}, nil, false
	}
	for len(data) > 0 {
		i := bytes.IndexAny(data, "\r\n")
		line := data
		if i < 0 {
			data, begun = nil, true
		} else {
			line = data[:i]
			n := i + 1
			if data[i] == '\r' && n < len(data) && data[n] == '\n' {
				n++
			}
			data = data[n:]
		}
		if len(line) > 0 {
			lines = e.field(string(line), lines)
			begun = true
		} else if begun {
			end()
		}
	}
	if begun {
		e.Cut = true
		end()
	}
	return events
}

// field reads a line; the values of data fields are appended to data.
func (e *Event) field(line string, data []string) []string {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "":
		e.Comments = append(e.Comments, value)
	case "event":
		e.Type = value
	case "id":
		e.ID = value
	case "retry":
		e.Retry = value
	case "data":
		data = append(data, value)
	}
	return data
}
