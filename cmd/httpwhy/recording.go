package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"httpwhy/cmd/httpwhy/setup"
	"httpwhy/proxy"
	"httpwhy/proxy/certs"
	"httpwhy/proxy/record"
	"httpwhy/store"
)

// recording is the proxy, its capture and the diagnosis between them.
type recording struct {
	capture *store.Capture
	ca      *certs.CA
	files   setup.Files
	addr    net.Addr
	log     *os.File

	stopProxy context.CancelFunc
	proxyDone chan error
	diagnosis *diagnosis
}

// stopTime bounds the end of a recording: requests in flight, the last commit.
const stopTime = 10 * time.Second

// record starts the proxy with a capture in dir. tell may be nil.
func (p *program) record(ctx context.Context, f recordFlags, dir string, tell told) (*recording, error) {
	limit, err := size(f.bodyLimit)
	if err != nil {
		return nil, err
	}
	if err := oneOf("--on-failure", f.onFailure, []string{"answer", "close"}); err != nil {
		return nil, err
	}
	upstreamRoots, err := f.roots()
	if err != nil {
		return nil, err
	}
	config := proxy.Config{
		BodyLimit: limit, Insecure: f.insecure, UpstreamRoots: upstreamRoots, OnFailureClose: f.onFailure == "close",
	}
	if err := errors.Join(f.way.config(&config), f.checkListen()); err != nil {
		return nil, err
	}
	r := &recording{proxyDone: make(chan error, 1)}
	if err := r.loadCA(p); err != nil {
		return nil, err
	}
	r.diagnosis = newDiagnosis(tell)
	options := store.Options{Committed: r.diagnosis.committed, Found: r.diagnosis.found, Recycle: record.Recycle}
	if tell != nil { // no screen, on which a notice would be drawn over
		options.Disk = func(failure string) { p.diskNotice(dir, failure) }
	}
	r.capture, err = store.Open(dir, options)
	if err != nil {
		return nil, err
	}
	r.diagnosis.start(r.capture)
	config.Recorder, config.CA, config.Recorded = r.capture, r.ca, r.recorded
	if tell != nil { // the inspector shows the note on the row
		config.Suggest = func(host string, certain bool) {
			does := "keep refusing the certificate for"
			if !certain {
				does = "keep hanging up without a request, and may not trust the certificate for"
			}
			p.notice("clients %s %s: have them trust the CA, or pass the host through unread with --ignore %s", does, host, host)
		}
	}
	if err := r.serve(ctx, p, f, config); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// loadCA reads or makes the certificate authority and what clients read of it.
// A trust store or preload script that cannot be written is said and left out.
func (r *recording) loadCA(p *program) error {
	dir, err := caDir()
	if err != nil {
		return err
	}
	if r.ca, err = certs.LoadCA(dir); err != nil {
		return err
	}
	if notice := r.ca.Notice(); notice != "" {
		p.notice("%s", notice)
	}
	r.files = setup.Files{CA: r.ca.CertPath(), Bundle: r.ca.BundlePath()}
	if r.files.TrustStore, err = setup.WriteTrustStore(r.files.Bundle); err != nil {
		p.notice("%v; Java programs will not trust the proxy", err)
		r.files.TrustStore = ""
	}
	if r.files.NodePreload, err = setup.WriteNodePreload(dir); err != nil {
		p.notice("write the script for older versions of Node: %v; they will not use the proxy", err)
		r.files.NodePreload = ""
	}
	return nil
}

func (r *recording) serve(ctx context.Context, p *program, f recordFlags, config proxy.Config) error {
	listener, moved, err := f.listener()
	if err != nil {
		return err
	}
	r.addr = listener.Addr()
	if moved {
		p.notice("port 8080 is taken; the proxy listens on %s", r.addr)
	}
	if a, ok := r.addr.(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		p.notice("warning: the proxy on %s can be used from other machines with the user and password of --proxy-auth", r.addr)
	}
	if config.Log, err = r.openLog(); err != nil {
		p.notice("%v; going on without a log", err)
	}
	server, err := proxy.New(config)
	if err != nil {
		listener.Close()
		return err
	}
	r.capture.SetInfo(r.addr.String())
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.stopProxy = cancel
	go func() { r.proxyDone <- server.Serve(serving, listener) }()
	return nil
}

// openLog opens the log beside the captures. It grows by what goes wrong in the
// proxy itself, and begins anew above logLimit.
func (r *recording) openLog() (*slog.Logger, error) {
	base, err := baseDir("XDG_STATE_HOME", ".local/state")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(base, "httpwhy.log")
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		flags |= os.O_TRUNC
	}
	if err := os.MkdirAll(base, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the log: %w", err)
	}
	if r.log, err = os.OpenFile(path, flags, 0o600); err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return slog.New(slog.NewTextHandler(r.log, nil)), nil
}

const logLimit = 10 << 20

// recorded counts the exchanges of the capture.
func (r *recording) recorded() uint64 {
	info, err := r.capture.Info(context.Background())
	if err != nil {
		return 0
	}
	return info.Exchanges
}

// url is what clients set as their proxy: on this machine, even if others can
// reach it too.
func (r *recording) url() string { return r.proxyURL(nil) }

// proxyURL is url with the credentials that the proxy wants.
func (r *recording) proxyURL(credentials *url.Userinfo) string {
	host := r.addr.String()
	if a, ok := r.addr.(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		host = net.JoinHostPort("127.0.0.1", strconv.Itoa(a.Port))
	}
	if r.addr.Network() == "unix" {
		return unixPrefix + host
	}
	u := url.URL{Scheme: "http", User: credentials, Host: host}
	return u.String()
}

// close ends the proxy, then the capture with what is still to be written. The
// first failure of either is returned.
func (r *recording) close() error {
	var failed error
	if r.stopProxy != nil {
		r.stopProxy()
		failed = <-r.proxyDone
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	// The diagnosis of what is committed now makes findings to be committed.
	failed = errors.Join(failed, r.capture.Sync(ctx))
	r.diagnosis.flush()
	failed = errors.Join(failed, r.capture.Sync(ctx))
	r.diagnosis.stop()
	failed = errors.Join(failed, r.capture.Close(ctx))
	if r.log != nil {
		r.log.Close()
	}
	return failed
}

// diskNotice says that the capture can't be written, or can again if failure is
// empty.
func (p *program) diskNotice(dir, failure string) {
	if failure == "" {
		p.notice("the capture in %s is written again", dir)
		return
	}
	p.notice("nothing can be written to the capture: %s; traffic still passes, and the latest exchanges "+
		"are kept in memory: make room in %s", failure, dir)
}

// notice tells the user something that is not data.
func (p *program) notice(format string, args ...any) {
	fmt.Fprintf(p.err, "httpwhy: "+format+"\n", args...)
}
