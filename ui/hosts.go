package ui

import (
	"net"
	"net/netip"
	"strings"
)

// shortHosts gives each host the shortest name that tells it from the others:
// the first label of a name, the port of a loopback address, as much more as it
// takes to be unique.
func shortHosts(hosts []string) map[string]string {
	short := make(map[string]string, len(hosts))
	candidates := make(map[string][]string, len(hosts))
	uses := map[string]int{}
	for _, h := range hosts {
		if _, seen := candidates[h]; seen {
			continue
		}
		candidates[h] = hostCandidates(h)
		for _, c := range candidates[h] {
			uses[c]++
		}
	}
	for h, cs := range candidates {
		short[h] = h
		for _, c := range cs {
			if uses[c] == 1 {
				short[h] = c
				break
			}
		}
	}
	return short
}

// hostCandidates are the ways to shorten a host, shortest first and each only
// once; the last is the whole.
func hostCandidates(host string) []string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, ""
	}
	var cs []string
	add := func(c string) {
		if c != "" && (len(cs) == 0 || cs[len(cs)-1] != c) {
			cs = append(cs, c)
		}
	}
	addr, err := netip.ParseAddr(strings.Trim(name, "[]"))
	switch {
	case name == "localhost" || err == nil && addr.IsLoopback():
		if port != "" {
			add(":" + port)
		}
	case err == nil:
	default:
		labels := strings.Split(name, ".")
		for n := 1; n <= len(labels); n++ {
			add(strings.Join(labels[:n], "."))
		}
	}
	add(name)
	add(host)
	return cs
}
