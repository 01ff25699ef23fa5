package proxy

import "sync"

const (
	// suggestAfter is the number of refusals in a row after which the client is
	// known not to trust us: one may be a try without the right settings.
	suggestAfter = 3
	// maxRefusing bounds the hosts that are counted.
	maxRefusing = 1000
)

// refusals counts, by host, the handshakes in a row that clients ended because
// of our certificate, and the connections that they left after the handshake
// without a request.
type refusals struct {
	mu    sync.Mutex
	hosts map[string]*tally
}

type tally struct{ certain, silent int }

// refused counts a refusal of the certificate for host.
func (r *refusals) refused(host string) int {
	return r.count(host, func(c *tally) *int { return &c.certain })
}

// left counts a connection to host that was closed without a request.
func (r *refusals) left(host string) int {
	return r.count(host, func(c *tally) *int { return &c.silent })
}

func (r *refusals) count(host string, which func(*tally) *int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hosts == nil || len(r.hosts) >= maxRefusing && r.hosts[host] == nil {
		r.hosts = make(map[string]*tally)
	}
	if r.hosts[host] == nil {
		r.hosts[host] = &tally{}
	}
	n := which(r.hosts[host])
	*n++
	return *n
}

// accepted forgets what was counted of host: a client sent a request.
func (r *refusals) accepted(host string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.hosts, host)
}
