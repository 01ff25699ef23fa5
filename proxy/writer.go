package proxy

import (
	"bufio"
	"net"
	"net/http"
	"sync"
)

// frontWriter stands between goproxy and net/http: it adds nothing to a
// response, forwards interim responses and hands out the whole of a connection
// that is taken over.
type frontWriter struct {
	http.ResponseWriter
	client *clientConn
	mu     sync.Mutex
	wrote  bool
	taken  bool
}

// WriteHeader sends the final response head.
func (w *frontWriter) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrote || w.taken {
		return
	}
	w.wrote = true
	// A nil entry keeps net/http from adding a field of its own.
	for _, name := range []string{"Date", "Content-Type"} {
		if _, has := w.Header()[name]; !has {
			w.Header()[name] = nil
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// interim forwards a 1xx response.
func (w *frontWriter) interim(status int, h http.Header) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrote || w.taken {
		return
	}
	for name, values := range h {
		w.Header()[name] = values
	}
	w.ResponseWriter.WriteHeader(status)
	clear(w.Header())
}

// Write writes content, none after the connection was taken over.
func (w *frontWriter) Write(p []byte) (int, error) {
	if w.taken {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// Flush sends what is buffered.
func (w *frontWriter) Flush() {
	if !w.taken {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
}

// Hijack returns the client's connection. It replays what net/http had read
// already, for goproxy drops the reader.
func (w *frontWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	w.taken = true
	buffered, _ := rw.Peek(rw.Reader.Buffered())
	w.client.take(append([]byte(nil), buffered...))
	return w.client, bufio.NewReadWriter(bufio.NewReader(w.client), bufio.NewWriter(w.client)), nil
}
