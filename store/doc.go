// Package store keeps exchanges in a capture: a folder that one process, its
// owner, records into, while others read it.
//
//	owner.lock            locked by the owner; holds its process id and socket
//	owner.sock            where the owner answers other processes
//	capture.db            all but the bytes of bodies (bbolt; see schema.go)
//	segments/000001.seg   bytes of bodies, only ever appended to
//
// A single goroutine writes: what has come since the last commit goes into the
// segment, then into one transaction. What was committed survives SIGKILL and
// the loss of power; of bytes in segments only those count that the database
// refers to.
package store
