//go:build !windows

package proxy

import "syscall"

func refused(no syscall.Errno) bool { return no == syscall.ECONNREFUSED }

func wasReset(no syscall.Errno) bool {
	return no == syscall.ECONNRESET || no == syscall.EPIPE || no == syscall.ECONNABORTED
}

func unreachable(no syscall.Errno) bool {
	switch no {
	case syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN, syscall.EADDRNOTAVAIL:
		return true
	}
	return false
}
