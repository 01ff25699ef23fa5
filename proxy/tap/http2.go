package tap

import "time"

type http2 struct{ c *Conn }

func newHTTP2(c *Conn) *http2 { return &http2{c: c} }

func (h *http2) bytes(side int, p []byte, at time.Time) {}
func (h *http2) eof(side int, at time.Time)             {}
func (h *http2) open() []*pending                       { return nil }
func (h *http2) unanswered() *pending                   { return nil }
