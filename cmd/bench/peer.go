//go:build linux

package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// peer is a proxy to measure.
type peer struct {
	name string
	// command starts it in the foreground on the port of loopback, with its files
	// in dir.
	command commandLine
	// lacks are protocols that it does not intercept.
	lacks []protocol
	// missing says how to get it, "" if it is there.
	missing string
}

func (p *peer) runs(s scenario) bool {
	for _, l := range p.lacks {
		if l == s.protocol {
			return false
		}
	}
	return true
}

const (
	direct   = "direct"
	baseline = "goproxy-tuned"
)

//go:embed mockttp.js
var mockttpScript string

// commandLine gives the command line of a peer on a port, with its files in dir.
type commandLine func(port int, dir string) ([]string, error)

// findPeers lists the peers in the order of the table.
func findPeers(o *options, self, scratch string) ([]peer, error) {
	httpwhy, err := buildHttpwhy(o, scratch)
	if err != nil {
		return nil, err
	}
	if err := o.absolute(); err != nil {
		return nil, err
	}
	script := filepath.Join(scratch, "mockttp.js")
	if err := os.WriteFile(script, []byte(mockttpScript), 0o600); err != nil {
		return nil, err
	}
	return []peer{
		{name: direct},
		{name: "httpwhy", command: httpwhyCommand(httpwhy, "4MiB")},
		{name: "httpwhy-whole", command: httpwhyCommand(httpwhy, "16MiB")},
		{name: baseline, command: goproxyPeer(self, "--tuned")},
		{name: "goproxy", command: goproxyPeer(self)},
		{name: "go-mitmproxy", command: o.goMitmproxyCommand(), missing: absent(o.goMitmproxy, "go install github.com/lqqyt2423/go-mitmproxy/cmd/go-mitmproxy@latest")},
		{name: "go-mitmproxy-dump", command: o.goMitmproxyCommand("-dump", "{dir}/dump", "-dump_level", "1"), missing: absent(o.goMitmproxy, "as above")},
		{name: "martian", command: o.martianCommand(), lacks: []protocol{http2}, missing: absent(o.martian, "go install github.com/google/martian/v3/cmd/proxy@latest, and name it with --martian")},
		{name: "martian-har", command: o.martianCommand("-har"), lacks: []protocol{http2}, missing: absent(o.martian, "as above")},
		{name: "squid", command: squidCommand, lacks: []protocol{http2}, missing: absentSquid()},
		{name: "mockttp", command: o.mockttpCommand(script), missing: absentMockttp(o.mockttp)},
		{name: "mitmdump", command: mitmdumpCommand(), missing: absent("mitmdump", "apt install mitmproxy")},
		{name: "mitmdump-w", command: mitmdumpCommand("-w", "{dir}/flows"), missing: absent("mitmdump", "as above")},
	}, nil
}

// Nothing is verified upstream: the peers differ in how to be told of a CA.

func httpwhyCommand(binary, bodyLimit string) commandLine {
	return func(port int, dir string) ([]string, error) {
		return []string{
			binary, "proxy", "--insecure", "--body-limit", bodyLimit, "--listen", loopback(port),
			"--capture", filepath.Join(dir, "capture"),
		}, nil
	}
}

func goproxyPeer(self string, more ...string) commandLine {
	return func(port int, _ string) ([]string, error) {
		return append([]string{self, "goproxy", "--listen", loopback(port)}, more...), nil
	}
}

func mitmdumpCommand(more ...string) commandLine {
	return func(port int, dir string) ([]string, error) {
		a := []string{
			"mitmdump", "-q", "--ssl-insecure", "--listen-host", "127.0.0.1", "-p", strconv.Itoa(port),
			"--set", "flow_detail=0", "--set", "confdir=" + dir,
		}
		return append(a, in(dir, more)...), nil
	}
}

func (o *options) goMitmproxyCommand(more ...string) commandLine {
	return func(port int, dir string) ([]string, error) {
		web, err := freePort()
		if err != nil {
			return nil, err
		}
		a := []string{o.goMitmproxy, "-addr", loopback(port), "-web_addr", loopback(web), "-ssl_insecure", "-cert_path", dir}
		return append(a, in(dir, more)...), nil
	}
}

func (o *options) martianCommand(more ...string) commandLine {
	return func(port int, _ string) ([]string, error) {
		api, err := freePort()
		if err != nil {
			return nil, err
		}
		tls, err := freePort()
		if err != nil {
			return nil, err
		}
		a := []string{o.martian, "-addr", loopback(port), "-api-addr", loopback(api), "-tls-addr", loopback(tls), "-generate-ca-cert", "-skip-tls-verify"}
		return append(a, more...), nil
	}
}

func (o *options) mockttpCommand(script string) commandLine {
	return func(port int, _ string) ([]string, error) {
		return []string{"env", "NODE_PATH=" + filepath.Join(o.mockttp, "node_modules"), "node", script, strconv.Itoa(port)}, nil
	}
}

// in puts dir into arguments that name it.
func in(dir string, arguments []string) []string {
	var out []string
	for _, a := range arguments {
		out = append(out, strings.ReplaceAll(a, "{dir}", dir))
	}
	return out
}

// absolute makes the paths hold from the folder that a peer is started in.
func (o *options) absolute() error {
	for _, p := range []*string{&o.mockttp, &o.goMitmproxy, &o.martian} {
		if !strings.Contains(*p, "/") && p != &o.mockttp || *p == "" {
			continue // to be looked up in PATH
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	return nil
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// buildHttpwhy returns the binary to measure.
func buildHttpwhy(o *options, scratch string) (string, error) {
	if o.httpwhy != "" {
		return filepath.Abs(o.httpwhy)
	}
	path := filepath.Join(scratch, "httpwhy")
	out, err := exec.Command("go", "build", "-o", path, "httpwhy/cmd/httpwhy").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

var errNotInstalled = errors.New("not installed")

// lookPath also looks where Debian keeps its servers.
func lookPath(name string) (string, error) {
	for _, n := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(n); err == nil {
			return path, nil
		}
	}
	return "", errNotInstalled
}

func absent(program, how string) string {
	if _, err := lookPath(program); err != nil {
		return how
	}
	return ""
}

func absentMockttp(folder string) string {
	const how = "npm install mockttp, and name the folder with --mockttp"
	if folder == "" {
		return how
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "mockttp")); err != nil {
		return how
	}
	return absent("node", "apt install nodejs")
}
