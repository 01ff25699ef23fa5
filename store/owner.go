package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// owner is the file by which the owner of a capture is found. It may be a dead
// process's: only the lock of the database tells.
type owner struct {
	PID    int    `json:"pid"`
	Socket string `json:"socket"`
}

func ownerPath(dir string) string { return filepath.Join(dir, "owner") }

// readOwner returns the zero owner if there is none.
func readOwner(dir string) owner {
	var o owner
	if b, err := os.ReadFile(ownerPath(dir)); err != nil || json.Unmarshal(b, &o) != nil {
		return owner{}
	}
	return o
}

func writeOwner(dir string, o owner) error {
	b, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := os.WriteFile(ownerPath(dir), append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the capture's owner: %w", err)
	}
	return nil
}
