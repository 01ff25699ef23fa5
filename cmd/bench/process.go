//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pinned names, in the environment of a bench that has its own CPUs, those that
// are left to the proxies, as taskset writes them.
const pinned = "HTTPWHY_BENCH_PROXY_CPUS"

// halves splits the CPUs that this process may use.
func halves() (proxy, load string, ok bool) {
	n := runtime.NumCPU()
	return fmt.Sprintf("0-%d", n/2-1), fmt.Sprintf("%d-%d", n/2, n-1), n > 1
}

// process is a running peer.
type process struct {
	cmd   *exec.Cmd
	port  int
	ended chan struct{}
	said  *tail
}

// startTimeout is what the slowest peer, on Python or Node, may take to listen.
const startTimeout = 30 * time.Second

func startProcess(ctx context.Context, p peer, dir string) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	argv, err := p.command(port, dir)
	if err != nil {
		return nil, err
	}
	if cpus := os.Getenv(pinned); cpus != "" {
		argv = append([]string{"taskset", "-c", cpus}, argv...)
	}
	r := &process{cmd: exec.Command(argv[0], argv[1:]...), port: port, ended: make(chan struct{}), said: &tail{}}
	r.cmd.Dir = dir
	r.cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_STATE_HOME="+dir)
	// A group of its own, so that what it starts ends with it.
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.cmd.Stdout, r.cmd.Stderr = io.Discard, r.said
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(r.ended)
		_ = r.cmd.Wait()
	}()
	if err := r.listening(ctx); err != nil {
		r.stop()
		return nil, fmt.Errorf("%w: %s", err, r.said)
	}
	return r, nil
}

// listening waits until the port is open.
func (r *process) listening(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := net.Dial("tcp4", loopback(r.port)); err == nil {
			c.Close()
			return nil
		}
		select {
		case <-tick.C:
		case <-r.ended:
			return errors.New("it ended before it listened")
		case <-ctx.Done():
			return errors.New("it did not listen in time")
		}
	}
}

// stop ends the process and all that it started.
func (r *process) stop() {
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-r.ended:
	case <-time.After(5 * time.Second):
	}
	_ = syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL)
	<-r.ended
}

// family is a process and its descendants.
func family(pid int) []int {
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", all[i]))
		for _, f := range files {
			b, _ := os.ReadFile(f)
			for _, child := range strings.Fields(string(b)) {
				if n, err := strconv.Atoi(child); err == nil {
					all = append(all, n)
				}
			}
		}
	}
	return all
}

// clockTick is USER_HZ, 100 on every architecture of Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// cpu is the user and system time that the process and its family spent.
func (r *process) cpu() time.Duration {
	var ticks int64
	for _, pid := range family(r.cmd.Process.Pid) {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		// proc(5): utime and stime are fields 14 and 15; the second, a name, may
		// hold spaces and ends with the last parenthesis.
		stat := string(b)
		f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
		for _, v := range f[11:13] {
			n, _ := strconv.ParseInt(v, 10, 64)
			ticks += n
		}
	}
	return time.Duration(ticks) * clockTick
}

// settled waits until the process does no more work, so that what it does
// behind an answer counts too, and returns its CPU time.
func (r *process) settled(ctx context.Context) time.Duration {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	spent := r.cpu()
	for range 50 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return spent
		}
		now := r.cpu()
		if now == spent {
			return now
		}
		spent = now
	}
	return spent
}

// resetPeak starts peak anew (proc(5), clear_refs).
func (r *process) resetPeak() {
	for _, pid := range family(r.cmd.Process.Pid) {
		_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
	}
}

// peak is the most memory that was resident, in bytes, summed over the family.
func (r *process) peak() int64 {
	var total int64
	for _, pid := range family(r.cmd.Process.Pid) {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		for line := range strings.Lines(string(b)) {
			if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				total += n << 10
			}
		}
	}
	return total
}

func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return portOf(l), nil
}

// tail keeps the last that a peer said, for the error message.
type tail struct{ last string }

func (t *tail) Write(p []byte) (int, error) {
	t.last += string(p)
	t.last = t.last[max(0, len(t.last)-400):]
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(t.last) }
