package proxy

import (
	"syscall"

	"golang.org/x/sys/windows"
)

func refused(no syscall.Errno) bool { return no == windows.WSAECONNREFUSED }

func wasReset(no syscall.Errno) bool {
	return no == windows.WSAECONNRESET || no == windows.WSAECONNABORTED || no == windows.WSAESHUTDOWN
}

func unreachable(no syscall.Errno) bool {
	switch no {
	case windows.WSAEHOSTUNREACH, windows.WSAENETUNREACH, windows.WSAEHOSTDOWN, windows.WSAENETDOWN, windows.WSAEADDRNOTAVAIL:
		return true
	}
	return false
}
