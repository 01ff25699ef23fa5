package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"httpwhy/ui/terminal"
)

// The ticks at which the capture is asked for changes. A slow line gets fewer.
const (
	tickLocal = 100 * time.Millisecond
	tickSSH   = 333 * time.Millisecond
	// messageTime is how long a message stays in the last row.
	messageTime = 4 * time.Second
	// recorderTime is how often it is looked whether somebody records, and how
	// well.
	recorderTime = time.Second
	// quickly is how long a key waits for what it asked for before the screen
	// is drawn without it: long enough for a read from a local file, too short
	// to be felt.
	quickly = 15 * time.Millisecond
)

// Run shows the inspector until the user quits or ctx ends.
func Run(ctx context.Context, o Options) error {
	s, err := open(o)
	if err != nil {
		return err
	}
	return s.run(ctx)
}

// open starts the screen.
func open(o Options) (*screen, error) {
	if o.Source == nil {
		return nil, errors.New("nothing to show: no source")
	}
	s := newScreen(o)
	if o.Screen != nil {
		if err := o.Screen.Init(); err != nil {
			return nil, fmt.Errorf("open the screen: %w", err)
		}
		s.terminal = terminal.NewDiffScreen(o.Screen)
		return s, s.setTheme(terminal.ChooseTheme(o.Theme, s.options.Getenv, nil))
	}
	screen, theme, err := terminal.Open(o.Theme)
	if err != nil {
		return nil, fmt.Errorf("open the terminal: %w; httpwhy ls and httpwhy why need none", err)
	}
	s.terminal, s.clipboard = screen, terminal.NewClipboard(os.Stdout)
	s.useTheme(theme)
	return s, nil
}

// startedScreen is a screen that was started already: tview starts any screen
// it is given, and drops the error.
type startedScreen struct{ tcell.Screen }

func (startedScreen) Init() error { return nil }

// runner owns the goroutines beside the event loop. They reach the screen only
// through post, which works as long as the event loop runs; so the loop is
// stopped last.
type runner struct {
	app      *tview.Application
	ctx      context.Context
	cancel   context.CancelFunc
	wait     sync.WaitGroup
	quitting bool // event loop only
	stopped  chan struct{}
	wake     chan struct{}
}

func (s *screen) run(ctx context.Context) error {
	r := &s.runner
	r.app = tview.NewApplication()
	// Its end is ours to say: the end of ctx is dealt with in the event loop.
	r.ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
	r.stopped = make(chan struct{})
	r.wake = make(chan struct{}, 1)
	r.app.SetScreen(startedScreen{s.terminal}).EnableMouse(s.options.Mouse).EnablePaste(true)
	r.app.SetInputCapture(s.key).SetRoot(s, true)
	tick := tickLocal
	if s.options.Getenv("SSH_CONNECTION") != "" {
		tick = tickSSH
	}
	feed := &feed{source: s.options.Source, tick: tick, deliver: func(b batch) { r.post(func() { s.take(b) }) }}
	s.start(func(ctx context.Context) func() { feed.run(ctx); return nil })
	s.start(func(ctx context.Context) func() { s.redrawOnWake(ctx); return nil })
	if s.options.Recorder != nil {
		s.start(s.watchRecorder)
	}
	// Not among the counted: it may be what ends them.
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-ctx.Done():
			// The loop may be ending for another reason, and run this no more.
			go r.app.QueueUpdate(s.quit)
		case <-r.ctx.Done():
		}
	}()
	err := r.app.Run()
	r.cancel()
	if r.quitting {
		<-r.stopped
		<-watched
	}
	s.exchange.close()
	if err != nil {
		return fmt.Errorf("the terminal failed: %w", err)
	}
	return nil
}

// start runs work beside the event loop; what it returns, if anything, then
// runs in the loop. Call it from the loop.
func (s *screen) start(work func(context.Context) func()) {
	r := &s.runner
	if r.quitting || r.app == nil {
		return
	}
	r.wait.Go(func() {
		if then := work(r.ctx); then != nil && r.ctx.Err() == nil {
			r.post(then)
		}
	})
}

// post runs f in the event loop and draws. It blocks until that is done: never
// call it from the loop.
func (r *runner) post(f func()) { r.app.QueueUpdateDraw(f) }

// quickly waits a moment for work done beside the loop, and runs what it
// returns at once or, if it takes longer, when it is there.
func (s *screen) quickly(work func(context.Context) func()) {
	done, late := make(chan func(), 1), make(chan struct{})
	s.start(func(ctx context.Context) func() {
		then := work(ctx)
		done <- then
		select {
		case <-late:
			select {
			case then := <-done:
				return then
			default:
			}
		case <-ctx.Done():
		}
		return nil
	})
	if s.quitting || s.app == nil {
		return
	}
	defer close(late)
	timer := time.NewTimer(quickly)
	defer timer.Stop()
	select {
	case then := <-done:
		if then != nil {
			then()
		}
	case <-timer.C:
	}
}

// quit ends the goroutines and then the event loop, which must still run while
// they end.
func (s *screen) quit() {
	if s.quitting {
		return
	}
	s.quitting = true
	s.cancel()
	go func() {
		s.wait.Wait()
		s.app.Stop()
		close(s.stopped)
	}()
}

// nudge asks for a draw from any goroutine and never blocks.
func (s *screen) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *screen) redrawOnWake(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			s.post(func() {})
		}
	}
}

// watchRecorder asks about who records until ctx ends. Its questions do not
// depend on each other: one that fails is asked again.
func (s *screen) watchRecorder(ctx context.Context) func() {
	ticker := time.NewTicker(s.recorderTime)
	defer ticker.Stop()
	var last Recorder
	for {
		if r, err := s.options.Recorder(ctx); err == nil && r != last {
			last = r
			s.post(func() { s.noteRecorder(r, time.Now()) })
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// noteRecorder shows that a recorder began, ended or is in trouble.
func (s *screen) noteRecorder(r Recorder, at time.Time) {
	was := s.recorder
	s.recorder = r
	s.options.Live = r.PID != 0
	if r.Address != "" {
		s.options.Address = r.Address
	}
	s.stoppedNote = ""
	if was.PID != 0 && r.PID == 0 {
		s.stoppedNote = fmt.Sprintf("The proxy stopped at %s (process %d). All of this stays readable.", clock(at), was.PID)
	}
}

// after runs f in the event loop when d has passed.
func (s *screen) after(d time.Duration, f func()) {
	s.start(func(ctx context.Context) func() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			return f
		}
	})
}
