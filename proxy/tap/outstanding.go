package tap

import "httpwhy/inspector/exchange"

// Outstanding returns the head of the request for which Unanswered holds, nil if
// there is none: an answer of the proxy's own depends on it.
func (c *Conn) Outstanding() *exchange.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blind || c.reader == nil {
		return nil
	}
	p := c.reader.unanswered()
	if p == nil {
		return nil
	}
	m := p.x.Request
	return &m
}
