package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
)

// openPager shows the text of the tab in the user's pager.
func (s *screen) openPager() {
	s.withExchange(func(d *detail) {
		var shown []byte
		if s.exchange.currentTab() == tabBody {
			b := s.exchange.body
			if b.shown == nil || b.shown.key != b.want || b.shown.partial {
				s.say("the body is still being read")
				return
			}
			shown = []byte(b.shown.string())
		} else if s.exchange.page != nil {
			shown = []byte(s.exchange.page.String())
		}
		if err := terminal.OpenPager(s.ctx, s.terminal, ".txt", shown); err != nil {
			s.say("pager: " + err.Error())
		}
		s.terminal.Sync()
	})
}

// saveBody asks for a file and writes the body as recorded into it.
func (s *screen) saveBody() {
	s.withExchange(func(d *detail) {
		side := s.exchange.body.sideOf(d.x)
		if s.exchange.currentTab() == tabRequest {
			side = exchange.RequestSide
		}
		m := d.x.Message(side)
		if m == nil || m.Body.Kept == 0 {
			s.say("there is no " + string(side) + " body to save")
			return
		}
		s.input = &input{row: lastRow, prompt: "save the " + string(side) + " body as: ", before: fmt.Sprintf("body-%d", d.id)}
		s.input.keep = func(path string) {
			s.withBody(d, side, func(body []byte) { s.writeFile(path, body) })
		}
	})
}

// writeFile writes a new file; it never overwrites one.
func (s *screen) writeFile(path string, body []byte) {
	if path = strings.TrimSpace(path); path == "" {
		s.say("not saved: no file name")
		return
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	s.quickly(func(context.Context) func() {
		err := createFile(path, body)
		return func() {
			if err != nil {
				s.say("not saved: " + err.Error())
				return
			}
			s.say(fmt.Sprintf("saved %s to %s", bytesText(int64(len(body))), path))
		}
	})
}

func createFile(path string, body []byte) error {
	// Bodies hold secrets: nobody else may read them.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(body); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
