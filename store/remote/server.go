package remote

import (
	"context"
	"net"
	"sync"
	"time"
)

const (
	// maxConns bounds the connections, each with a goroutine.
	maxConns = 64
	// messageTime bounds the transfer of one message.
	messageTime = 10 * time.Second
	// WaitTime bounds how long a handler may wait for a change.
	WaitTime = 10 * time.Second
)

// Handler answers a request. Its context ends with the server.
type Handler func(context.Context, *Request) *Reply

// Server answers on the socket of a capture.
type Server struct {
	listener net.Listener
	dir      string
	handle   Handler
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

// Serve answers on l for the capture in the folder dir until Close.
func Serve(l net.Listener, dir string, handle Handler) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{listener: l, dir: dir, handle: handle, cancel: cancel, conns: map[net.Conn]bool{}}
	s.running.Go(func() { s.accept(ctx) })
	return s
}

// Addr is the path of the socket.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close ends all connections and waits for their goroutines.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.cancel()
	s.mu.Lock()
	s.closed = true
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
	return err
}

func (s *Server) accept(ctx context.Context) {
	for {
		conn, err := s.listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return
		}
		if err != nil {
			// Out of file descriptors, say: that passes.
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		if !s.add(conn) {
			conn.Close()
			continue
		}
		s.running.Go(func() {
			defer s.remove(conn)
			s.serve(ctx, conn)
		})
	}
}

func (s *Server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= maxConns {
		return false
	}
	s.conns[conn] = true
	return true
}

func (s *Server) remove(conn net.Conn) {
	conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// serve answers one connection until it is closed or says something odd. It may
// be idle for any time between requests.
func (s *Server) serve(ctx context.Context, conn net.Conn) {
	if err := s.send(conn, hello{protocol, s.dir}); err != nil {
		return
	}
	for {
		var r Request
		if err := read(conn, &r, maxRequest); err != nil {
			return
		}
		if err := s.send(conn, s.handle(ctx, &r)); err != nil {
			return
		}
	}
}

func (s *Server) send(conn net.Conn, v any) error {
	if err := conn.SetWriteDeadline(time.Now().Add(messageTime)); err != nil {
		return err
	}
	return write(conn, v)
}
