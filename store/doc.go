// Package store keeps the exchanges of a capture: a folder with a bbolt
// database for records and rows, and append-only segment files for bodies.
//
// One process owns a capture and writes it, in one goroutine that commits what
// came in groups. Others read it over the owner's socket, or open the files
// where nobody owns them.
//
//	capture/
//	  lock              the owner's process id; locked while it lives
//	  socket            the owner's Unix socket (or a file that names it)
//	  capture.db        see schema.go
//	  segments/00000001.seg ...
package store
