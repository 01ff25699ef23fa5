package proxy

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// The numbers of SOCKS 5 (RFC 1928, RFC 1929).
const (
	socksVersion  = 5
	socksNoAuth   = 0
	socksPassword = 2
	socksConnect  = 1
	socksIPv4     = 1
	socksName     = 3
	socksIPv6     = 4
)

// socksReplies are the refusals of RFC 1928 section 6, by their number.
var socksReplies = []string{
	"succeeded", "general SOCKS server failure", "connection not allowed by ruleset", "network unreachable",
	"host unreachable", "connection refused", "TTL expired", "command not supported", "address type not supported",
}

// socksThrough asks for a connection to target. The proxy resolves its name.
func socksThrough(c net.Conn, u *url.URL, target string) error {
	request, err := socksRequest(target)
	if err != nil {
		return err
	}
	if err := socksGreet(c, u); err != nil {
		return err
	}
	if _, err := c.Write(request); err != nil {
		return err
	}
	var reply [4]byte
	if _, err := io.ReadFull(c, reply[:]); err != nil {
		return err
	}
	if reply[1] != 0 {
		says := "code " + strconv.Itoa(int(reply[1]))
		if int(reply[1]) < len(socksReplies) {
			says += ", " + socksReplies[reply[1]]
		}
		return &refusedError{"it answered CONNECT with " + says}
	}
	return socksSkipAddress(c, reply[3])
}

// socksGreet agrees on a way to authenticate.
func socksGreet(c net.Conn, u *url.URL) error {
	methods := []byte{socksVersion, 1, socksNoAuth}
	if u.User != nil {
		methods = []byte{socksVersion, 2, socksNoAuth, socksPassword}
	}
	if _, err := c.Write(methods); err != nil {
		return err
	}
	var chosen [2]byte
	if _, err := io.ReadFull(c, chosen[:]); err != nil {
		return err
	}
	switch {
	case chosen[0] != socksVersion:
		return &refusedError{fmt.Sprintf("it does not speak SOCKS 5: it began with %q", chosen[:])}
	case chosen[1] == socksNoAuth:
		return nil
	case chosen[1] != socksPassword || u.User == nil:
		return &refusedError{"it wants a way to authenticate that is not known here"}
	}
	user, pass := u.User.Username(), password(u)
	login := append([]byte{1, byte(len(user))}, user...)
	login = append(append(login, byte(len(pass))), pass...)
	if _, err := c.Write(login); err != nil {
		return err
	}
	if _, err := io.ReadFull(c, chosen[:]); err != nil {
		return err
	}
	if chosen[1] != 0 {
		return &refusedError{"it did not accept user and password"}
	}
	return nil
}

func socksRequest(target string) ([]byte, error) {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, &net.AddrError{Err: "the port is no number", Addr: target}
	}
	b := []byte{socksVersion, socksConnect, 0}
	addr, err := netip.ParseAddr(host)
	switch {
	case err == nil && addr.Is4():
		b = append(append(b, socksIPv4), addr.AsSlice()...)
	case err == nil:
		b = append(append(b, socksIPv6), addr.WithZone("").AsSlice()...)
	case len(host) > 255:
		return nil, &net.AddrError{Err: "the name is too long", Addr: target}
	default:
		b = append(append(b, socksName, byte(len(host))), host...)
	}
	return append(b, byte(number>>8), byte(number)), nil
}

// socksSkipAddress reads the address from which the proxy connected.
func socksSkipAddress(c net.Conn, kind byte) error {
	n := 0
	switch kind {
	case socksIPv4:
		n = 4
	case socksIPv6:
		n = 16
	case socksName:
		var length [1]byte
		if _, err := io.ReadFull(c, length[:]); err != nil {
			return err
		}
		n = int(length[0])
	default:
		return errors.New("its answer is not SOCKS 5")
	}
	_, err := io.ReadFull(c, make([]byte, n+2))
	return err
}
