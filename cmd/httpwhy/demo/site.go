// Package demo is a small broken web shop and a client that uses it, so that
// there is something to look at and to learn from at once. All of it runs on
// loopback.
package demo

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Site is the running shop: servers on free loopback ports, and one port on
// which nothing listens.
type Site struct {
	// Page is the origin (scheme, host, port) of the shop's pages; API, Gateway
	// those of its services.
	Page, API, Gateway string
	// Expired, WrongHost and SelfSigned are origins whose certificates have
	// that fault.
	Expired, WrongHost, SelfSigned string
	// Dead is an origin on which nothing listens.
	Dead    string
	servers []*http.Server
}

// Start starts the site. Close ends it.
func Start() (*Site, error) {
	s := &Site{}
	for _, part := range []struct {
		origin  *string
		handler http.Handler
		fault   fault
	}{
		{&s.Page, http.HandlerFunc(page), cleartext},
		{&s.API, api(), cleartext},
		{&s.Gateway, gateway(), cleartext},
		{&s.Expired, http.HandlerFunc(healthy), expired},
		{&s.WrongHost, http.HandlerFunc(healthy), wrongHost},
		{&s.SelfSigned, http.HandlerFunc(healthy), selfSigned},
	} {
		origin, err := s.serve(part.handler, part.fault)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("start the demo site: %w", err)
		}
		*part.origin = origin
	}
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("find a free port: %w", err)
	}
	s.Dead = "http://" + unused.Addr().String()
	unused.Close()
	return s, nil
}

func (s *Site) serve(h http.Handler, f fault) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	scheme := "http"
	if f != cleartext {
		certificate, err := faulty(f, time.Now())
		if err != nil {
			listener.Close()
			return "", err
		}
		scheme = "https"
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}})
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: quiet}
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			quiet.Print(err)
		}
	}()
	return scheme + "://" + listener.Addr().String(), nil
}

// Close ends the servers and their connections.
func (s *Site) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, server := range s.servers {
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
}
