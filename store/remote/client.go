package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// ErrGone says that the owner does not answer any more, or never did.
var ErrGone = errors.New("the process that records does not answer")

// ErrProtocol says that the owner is another version of this program.
var ErrProtocol = errors.New("the process that records is another version of httpwhy; use the same version, or end it")

// Client asks the owner of a capture. Its methods may be called from many
// goroutines.
type Client struct {
	path string

	dir    string // as the owner says
	mu     sync.Mutex
	idle   []net.Conn
	closed bool
}

// maxIdle is how many connections are kept for the next question.
const maxIdle = 4

// Dial connects to the owner at the socket path.
func Dial(ctx context.Context, path string) (*Client, error) {
	c := &Client{path: path}
	conn, h, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	c.dir = h.Dir
	c.put(conn)
	return c, nil
}

// Dir is the folder of the capture that the owner answers for.
func (c *Client) Dir() string { return c.dir }

func (c *Client) dial(ctx context.Context) (net.Conn, hello, error) {
	var h hello
	d := net.Dialer{Timeout: messageTime}
	conn, err := d.DialContext(ctx, "unix", c.path)
	if err != nil {
		return nil, h, gone(ctx, err)
	}
	err = during(ctx, conn, messageTime, func() error { return read(conn, &h, maxRequest) })
	switch {
	case err != nil:
		conn.Close()
		return nil, h, gone(ctx, err)
	case h.Protocol != protocol:
		conn.Close()
		return nil, h, ErrProtocol
	}
	return conn, h, nil
}

// gone is ErrGone, unless the asking side ended the question itself.
func gone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ErrGone, err)
}

// during runs f, which uses conn, with a deadline, and ends it when ctx ends.
func during(ctx context.Context, conn net.Conn, limit time.Duration, f func() error) error {
	if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) }) //nolint:errcheck // f sees it
	err := f()
	if !stop() && err == nil {
		// The deadline may have passed after the last byte.
		return ctx.Err()
	}
	return err
}

// Call asks and returns the answer. An error is ErrGone, ErrProtocol or that of
// ctx; what the owner could not do is in the reply.
func (c *Client) Call(ctx context.Context, r *Request) (*Reply, error) {
	conn := c.get()
	if conn == nil {
		var err error
		if conn, _, err = c.dial(ctx); err != nil {
			return nil, err
		}
	}
	limit := messageTime
	if r.Op == Wait {
		limit += WaitTime
	}
	var reply Reply
	err := during(ctx, conn, limit, func() error {
		if err := write(conn, r); err != nil {
			return err
		}
		return read(conn, &reply, maxReply)
	})
	if err != nil {
		conn.Close()
		return nil, gone(ctx, err)
	}
	c.put(conn)
	return &reply, nil
}

func (c *Client) get() net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.idle) == 0 {
		return nil
	}
	conn := c.idle[len(c.idle)-1]
	c.idle = c.idle[:len(c.idle)-1]
	return conn
}

func (c *Client) put(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.idle) >= maxIdle {
		conn.Close()
		return
	}
	c.idle = append(c.idle, conn)
}

// Close ends the idle connections. Questions under way are answered.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, conn := range c.idle {
		conn.Close()
	}
	c.idle = nil
	return nil
}
