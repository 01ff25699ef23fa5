// Package remote carries calls over a Unix socket: a name and bytes there, bytes
// or an error back. What the bytes mean is the caller's.
package remote

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
)

const (
	// maxMessage bounds what one side makes the other allocate.
	maxMessage = 64 << 20
	// callTime bounds a call, and how long a reader may take for the answer.
	callTime = 10 * time.Second
	// maxConnections bounds the readers of one capture.
	maxConnections = 64
)

type request struct {
	Name string `cbor:"1,keyasint"`
	Body []byte `cbor:"2,keyasint"`
}

type response struct {
	Body []byte `cbor:"1,keyasint"`
	// Code names an error that the caller tells apart; Error is its text.
	Code  string `cbor:"2,keyasint"`
	Error string `cbor:"3,keyasint"`
}

// Error is an error of the other side.
type Error struct{ Code, Message string }

func (e *Error) Error() string { return e.Message }

// Handler answers a call. An *Error keeps its code.
type Handler func(name string, body []byte) ([]byte, error)

// Server answers calls until Close.
type Server struct {
	listener net.Listener
	handler  Handler
	running  sync.WaitGroup

	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
}

// Serve answers calls on l with h, which may be called from many goroutines.
func Serve(l net.Listener, h Handler) *Server {
	s := &Server{listener: l, handler: h, open: map[net.Conn]struct{}{}}
	s.running.Go(s.accept)
	return s
}

// Close ends the server and its connections.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.listener.Close()
	for c := range s.open {
		c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		refused := s.closed || len(s.open) >= maxConnections
		if !refused {
			s.open[c] = struct{}{}
		}
		s.mu.Unlock()
		if refused {
			c.Close()
			continue
		}
		s.running.Go(func() { s.serve(c) })
	}
}

func (s *Server) serve(c net.Conn) {
	defer func() {
		c.Close()
		s.mu.Lock()
		delete(s.open, c)
		s.mu.Unlock()
	}()
	for {
		var req request
		if receive(c, &req) != nil {
			return
		}
		body, err := s.handler(req.Name, req.Body)
		resp := response{Body: body}
		if err != nil {
			resp.Error = err.Error()
			var coded *Error
			if errors.As(err, &coded) {
				resp.Code = coded.Code
			}
		}
		if c.SetWriteDeadline(time.Now().Add(callTime)) != nil || send(c, &resp) != nil {
			return
		}
	}
}

// Client calls a server over one connection, one call at a time.
type Client struct {
	mu   sync.Mutex
	conn net.Conn
}

// Dial connects to the socket at path.
func Dial(path string) (*Client, error) {
	c, err := net.DialTimeout("unix", path, callTime)
	if err != nil {
		return nil, err
	}
	return &Client{conn: c}, nil
}

// Call makes a call. An error of the handler is an *Error; any other means that
// the connection is of no use any more.
func (c *Client) Call(name string, body []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.conn.SetDeadline(time.Now().Add(callTime)); err != nil {
		return nil, err
	}
	if err := send(c.conn, &request{name, body}); err != nil {
		return nil, err
	}
	var resp response
	if err := receive(c.conn, &resp); err != nil {
		return nil, err
	}
	if resp.Error != "" {
		return nil, &Error{resp.Code, resp.Error}
	}
	return resp.Body, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// A message is its length in 4 bytes, big endian, and then CBOR.
func send(w io.Writer, v any) error {
	b, err := cbor.Marshal(v)
	if err != nil {
		return err
	}
	if len(b) > maxMessage {
		return fmt.Errorf("a message of %d bytes is too long", len(b))
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...))
	return err
}

func receive(r io.Reader, v any) error {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > maxMessage {
		return fmt.Errorf("a message of %d bytes is too long", n)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return err
	}
	return cbor.Unmarshal(b, v)
}
