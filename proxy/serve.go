package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// Serve accepts connections from ln until ctx ends or Shutdown is called, and
// closes ln. It returns nil after an orderly stop. It may be called for several
// listeners. One that other machines can reach needs Config.ProxyAuth.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	if err := s.checkListener(ln.Addr()); err != nil {
		return errors.Join(err, ln.Close())
	}
	if !s.addListener(ln.Addr()) {
		return errors.Join(http.ErrServerClosed, ln.Close())
	}
	done := make(chan struct{})
	stopped := make(chan error, 1)
	go func() {
		defer close(stopped)
		select {
		case <-ctx.Done():
			grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Timeouts.Grace)
			defer cancel()
			// Requests in flight that did not end in time were cut off, as
			// the caller who ended ctx wants it.
			if err := s.Shutdown(grace); !errors.Is(err, context.DeadlineExceeded) {
				stopped <- err
			}
		case <-done:
		}
	}()
	err := s.http.Serve(&listener{Listener: ln, server: s})
	if !errors.Is(err, http.ErrServerClosed) {
		close(done)
		return errors.Join(fmt.Errorf("accept connections on %s: %w", ln.Addr(), err), <-stopped)
	}
	if ctx.Err() == nil {
		close(done)
	}
	return <-stopped
}

// Shutdown stops accepting, ends idle connections, waits for requests in flight
// until ctx ends, and cuts off what is left. When it returns every exchange was
// handed to the recorder. It returns the error of ctx if requests had to be cut
// off.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	if !s.stopping {
		s.stopping = true
		close(s.full)
	}
	for c := range s.owned {
		if c.busy.Load() == 0 {
			c.interrupt()
		}
	}
	for c := range s.fresh { // net/http would wait for their request
		_ = c.Close()
	}
	s.mu.Unlock()
	err := s.http.Shutdown(ctx)
	if err != nil || ctx.Err() != nil {
		s.cancel()
	}
	defer s.cancel()
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	s.transport.CloseIdleConnections()
	return errors.Join(err, s.endTaken(ctx))
}

// endTaken waits for the connections that were taken over until ctx ends, and
// interrupts what is left.
func (s *Server) endTaken(ctx context.Context) error {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.taken.Wait()
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for c := range s.owned {
		c.interrupt()
	}
	s.mu.Unlock()
	<-ended
	return ctx.Err()
}

// ending reports whether the server stops.
func (s *Server) ending() bool {
	select {
	case <-s.full:
		return true
	default:
		return false
	}
}

func (s *Server) addListener(a net.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.listeners = append(s.listeners, a)
	return true
}

// trackFresh knows the connections on which no request came yet.
func (s *Server) trackFresh(c net.Conn, state http.ConnState) {
	client, ok := c.(*clientConn)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.fresh, client)
	case s.stopping:
		_ = client.Close()
	default:
		s.fresh[client] = struct{}{}
	}
}

// take registers a connection that its caller now owns, so that Shutdown can
// end it. False means that the server is stopping.
func (s *Server) take(c *clientConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.owned[c] = struct{}{}
	s.taken.Add(1)
	return true
}

func (s *Server) release(c *clientConn) {
	s.mu.Lock()
	delete(s.owned, c)
	s.mu.Unlock()
	s.taken.Done()
}

// isSelf reports whether addr, which was dialled from local, is one of our own
// listeners: passing the request on would send it round in a loop.
func (s *Server) isSelf(local, addr net.Addr) bool {
	to, ok := addr.(*net.TCPAddr)
	from, fromOK := local.(*net.TCPAddr)
	if !ok || !fromOK {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		own, ok := l.(*net.TCPAddr)
		if !ok || own.Port != to.Port {
			continue
		}
		// An address of this machine is reached from itself.
		if own.IP.Equal(to.IP) || own.IP.IsUnspecified() && (from.IP.Equal(to.IP) || to.IP.IsLoopback()) {
			return true
		}
	}
	return false
}

// listener makes clientConns and bounds their number.
type listener struct {
	net.Listener
	server *Server
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case l.server.slots <- struct{}{}:
	case <-l.server.full: // maybe before net/http knows
		return nil, http.ErrServerClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.server.slots
		return nil, err
	}
	return newClientConn(c, l.server), nil
}
