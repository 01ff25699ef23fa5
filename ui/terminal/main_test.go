package terminal_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/gdamore/tcell/v2"
	"go.uber.org/goleak"

	"httpwhy/ui/terminal"
)

// demoVariable makes the test binary a program with a screen.
const demoVariable = "TERMINAL_TEST_DEMO"

func TestMain(m *testing.M) {
	if os.Getenv(demoVariable) != "" {
		if err := demo(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// demo is a program with a screen: z suspends, v opens the pager, q ends. The
// test binary runs it inside tmux.
func demo() error {
	screen, theme, err := terminal.Open("")
	if err != nil {
		return err
	}
	defer screen.Fini()
	for n := 0; ; n++ {
		screen.Clear()
		screen.PutStr(0, 0, fmt.Sprintf("frame %d %s", n, theme.Name))
		screen.Show()
		var key *tcell.EventKey
		for key == nil {
			ev := screen.PollEvent()
			if ev == nil {
				return nil
			}
			key, _ = ev.(*tcell.EventKey)
		}
		switch {
		case key.Key() == tcell.KeyCtrlZ:
			err = terminal.Suspend(screen)
		case key.Rune() == 'v':
			err = terminal.OpenPager(context.Background(), screen, ".json", []byte("{\"the\": \"body\"}\n"))
		case key.Rune() == 'q':
			return nil
		}
		if err != nil {
			return err
		}
	}
}
