//go:build !windows

package store

// mapAhead: the address space is reserved, not the disk.
const mapAhead = true
