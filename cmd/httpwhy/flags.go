package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"httpwhy/inspector/spelling"
)

// recordFlags are the flags of the commands that record.
type recordFlags struct {
	listen     string
	insecure   bool
	upstreamCA string
	bodyLimit  string
	onFailure  string
	way        wayFlags
}

func (f *recordFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&f.listen, "listen", "", "`address` of the proxy, or unix:PATH (default 127.0.0.1:8080, else the next free port)")
	fs.BoolVar(&f.insecure, "insecure", false, "do not verify the certificates of servers")
	fs.StringVar(&f.upstreamCA, "upstream-ca", "", "PEM `file` with certificates to trust of servers, beside the system's")
	fs.StringVar(&f.bodyLimit, "body-limit", "64MiB", "how much of each body is kept, e.g. 512KiB, or all")
	fs.StringVar(&f.onFailure, "on-failure", "answer", "when a server fails: answer with the reason, or close as the server did")
	f.way.add(c)
}

// screenFlags are the flags of the commands that open the inspector.
type screenFlags struct {
	theme string
	ascii bool
	mouse bool
}

func (f *screenFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&f.theme, "theme", "", "colours: dark, light, neutral or mono (default: asks the terminal)")
	fs.BoolVar(&f.ascii, "ascii", false, "draw with ASCII characters only")
	fs.BoolVar(&f.mouse, "mouse", true, "use the mouse")
}

var themes = []string{"dark", "light", "neutral", "mono"}

func (f *screenFlags) check() error {
	return oneOf("--theme", f.theme, append([]string{""}, themes...))
}

// oneOf is a usage error unless value is one of valid.
func oneOf(flag, value string, valid []string) error {
	named := make([]string, 0, len(valid))
	for _, v := range valid {
		if v == value {
			return nil
		}
		if v != "" {
			named = append(named, v)
		}
	}
	hint := ""
	if n := spelling.Nearest(value, named); n != "" {
		hint = fmt.Sprintf(": did you mean %s?", n)
	}
	return usagef("%s wants %s, not %q%s", flag, strings.Join(named, " or "), value, hint)
}

// size reads a number of bytes with an optional unit; "all" is -1.
func size(s string) (int64, error) {
	if s == "all" {
		return -1, nil
	}
	digits := strings.TrimRight(s, "KMGTiBkb ")
	n, err := strconv.ParseInt(digits, 10, 64)
	factor, known := map[string]int64{
		"": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "kb": 1000, "m": 1 << 20, "mib": 1 << 20, "mb": 1000_000,
		"g": 1 << 30, "gib": 1 << 30, "gb": 1000_000_000,
	}[strings.ToLower(strings.TrimSpace(s[len(digits):]))]
	if err != nil || n < 0 || !known || n > (1<<62)/factor {
		return 0, usagef("--body-limit wants a size such as 512KiB or 10MiB, or all, not %q", s)
	}
	return n * factor, nil
}

// roots reads the file of --upstream-ca.
func (f *recordFlags) roots() ([]byte, error) {
	if f.upstreamCA == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(f.upstreamCA)
	if err != nil {
		return nil, usagef("read --upstream-ca: %w", err)
	}
	return pem, nil
}

// portsTried bounds the search for a free port after 8080.
const portsTried = 100

// listener listens on --listen, or on the first free port from 8080 on. moved
// is true if that is not 8080.
func (f *recordFlags) listener() (l net.Listener, moved bool, err error) {
	if f.listen != "" {
		if path, ok := strings.CutPrefix(f.listen, unixPrefix); ok {
			l, err = net.Listen("unix", path)
		} else {
			l, err = net.Listen("tcp", f.listen)
		}
		var address *net.AddrError
		if errors.As(err, &address) {
			return nil, false, usagef("--listen wants an address such as 127.0.0.1:8080: %w", err)
		}
		if err != nil {
			return nil, false, fmt.Errorf("%w; choose another --listen address", err)
		}
		return l, false, nil
	}
	for port := 8080; port < 8080+portsTried; port++ {
		l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return l, port != 8080, nil
		}
	}
	return nil, false, fmt.Errorf("no free port between 8080 and %d: %w; choose one with --listen", 8080+portsTried-1, err)
}
