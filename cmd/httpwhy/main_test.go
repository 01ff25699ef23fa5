package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets tests start this binary as "httpwhy": in scripts, and as a real
// process in end-to-end tests.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"httpwhy": main, "grpc-interop": interopClient})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"XDG_STATE_HOME", "XDG_DATA_HOME"} {
				e.Setenv(name, e.WorkDir+"/"+name)
			}
			e.Setenv("HOME", e.WorkDir)
			return nil
		},
	})
}
