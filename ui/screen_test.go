package ui

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
	"go.uber.org/goleak"

	"httpwhy/inspector/exchange"
	"httpwhy/ui/terminal"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) {
	time.Local = time.UTC // screens show local times
	goleak.VerifyTestMain(m)
}

// session is a running screen.
type session struct {
	t      *testing.T
	s      *screen
	sim    tcell.SimulationScreen
	source *fakeSource
	folder string // where copies go
}

// patience bounds how long a test waits for the screen. It is no measure of
// speed.
const patience = 20 * time.Second

func newSession(t *testing.T, width, height int, o Options) *session {
	t.Helper()
	if o.Source == nil {
		o.Source = sampleSource()
	}
	sim := tcell.NewSimulationScreen("UTF-8")
	o.Screen, o.Theme = sim, "mono"
	o.Address, o.Live, o.Clients = "127.0.0.1:8080", true, sampleClients()
	o.Check = "curl -sS -x http://127.0.0.1:8080 http://httpwhy/ping"
	o.Getenv = func(string) string { return "" }
	s, err := open(o)
	if err != nil {
		t.Fatal(err)
	}
	sim.SetSize(width, height)
	s.exchange.meaning = func(*exchange.Exchange) string { return "What the code means." }
	s.now = func() time.Time { return sampleStart.Add(2 * time.Minute) }
	s.recorderTime = time.Millisecond
	x := &session{t: t, s: s, sim: sim, folder: t.TempDir()}
	x.source, _ = o.Source.(*fakeSource)
	s.clipboard = &terminal.Clipboard{
		Getenv: o.Getenv, LookPath: func(string) (string, error) { return "", os.ErrNotExist }, Folder: x.folder,
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return x
}

// press sends keys: names of the key table, or text.
func (x *session) press(keys ...string) {
	for _, k := range keys {
		if special, ok := specialKey(k); ok {
			x.sim.InjectKey(special, 0, 0)
			continue
		}
		for _, r := range k {
			x.sim.InjectKey(tcell.KeyRune, r, 0)
		}
	}
}

func specialKey(name string) (tcell.Key, bool) {
	for k, n := range keyNames {
		if n == name && k != tcell.KeyBackspace {
			return k, true
		}
	}
	if len(name) == len("Ctrl+X") && strings.HasPrefix(name, "Ctrl+") {
		return tcell.KeyCtrlA + tcell.Key(name[5]-'A'), true
	}
	return 0, false
}

// text is what the screen shows now.
func (x *session) text() string {
	var b strings.Builder
	w, h := x.s.terminal.Size()
	for y := range h {
		var line strings.Builder
		for c := 0; c < w; {
			cell, _, n := x.s.terminal.Get(c, y)
			if cell == "" {
				cell = " "
			}
			line.WriteString(cell)
			c += max(n, 1)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// styles is how the screen shows its text now, a letter for each cell: bold, dim,
// reverse, underlined, bold and underlined (B), bold and reverse (R).
func (x *session) styles() string {
	letters := map[tcell.AttrMask]byte{
		0: '.', tcell.AttrBold: 'b', tcell.AttrDim: 'd', tcell.AttrReverse: 'r', tcell.AttrUnderline: 'u',
		tcell.AttrBold | tcell.AttrUnderline: 'B', tcell.AttrBold | tcell.AttrReverse: 'R',
	}
	var b strings.Builder
	w, h := x.s.terminal.Size()
	for y := range h {
		line := make([]byte, 0, w)
		for c := range w {
			_, style, _ := x.s.terminal.Get(c, y)
			_, _, attr := style.Decompose()
			letter, known := letters[attr]
			if !known {
				letter = '?'
			}
			line = append(line, letter)
		}
		b.WriteString(strings.TrimRight(string(line), ".") + "\n")
	}
	return b.String()
}

// withStyles is the screen with its styles below it.
func (x *session) withStyles() string { return x.text() + "\n" + x.styles() }

// eventually waits until the screen is as wanted.
func (x *session) eventually(what string, ok func(string) bool) {
	x.t.Helper()
	deadline := time.Now().Add(patience)
	for !ok(x.text()) {
		if time.Now().After(deadline) {
			x.t.Fatalf("the screen never came to show %s; it shows\n%s", what, x.text())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (x *session) shows(s string) {
	x.t.Helper()
	x.eventually(s, func(screen string) bool { return strings.Contains(screen, s) })
}

func (x *session) hides(s string) {
	x.t.Helper()
	x.eventually("nothing of "+s, func(screen string) bool { return !strings.Contains(screen, s) })
}

// selected waits until the row under the cursor contains s.
func (x *session) selected(s string) {
	x.t.Helper()
	x.eventually("a selected "+s, func(screen string) bool {
		for line := range strings.Lines(screen) {
			if strings.HasPrefix(line, ">") && strings.Contains(line, s) {
				return true
			}
		}
		return false
	})
}

// golden waits until the screen is that of a golden file.
func (x *session) golden(name string) {
	x.t.Helper()
	x.goldenOf(name, x.text)
}

func (x *session) goldenOf(name string, look func() string) {
	x.t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		last, since := "", time.Now()
		for time.Since(since) < 300*time.Millisecond {
			if now := look(); now != last {
				last, since = now, time.Now()
			}
			time.Sleep(10 * time.Millisecond)
		}
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			x.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(last), 0o644); err != nil {
			x.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		x.t.Fatal(err)
	}
	x.eventually("what "+path+" holds:\n"+string(want)+"\nlast\n"+look(), func(string) bool { return look() == string(want) })
}

func TestScreensAtEachSize(t *testing.T) {
	for _, size := range []struct {
		name          string
		width, height int
	}{{"40x10", 40, 10}, {"60x15", 60, 15}, {"80x24", 80, 24}, {"100x30", 100, 30}, {"160x48", 160, 48}, {"200x60", 200, 60}} {
		t.Run(size.name, func(t *testing.T) {
			x := newSession(t, size.width, size.height, Options{})
			if size.width < minWidth {
				x.goldenOf("list-"+size.name, x.withStyles)
				return
			}
			x.shows("18 of 18")
			x.goldenOf("list-"+size.name, x.withStyles)
			x.press("Enter")
			x.goldenOf("why-"+size.name, x.withStyles)
		})
	}
}

func TestViewsAndTabs(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.shows("18 of 18")
	x.press("Enter")
	for _, tab := range []string{"why", "request", "response", "body", "timing", "tls", "jwt"} {
		x.shows("[")
		if tab != "why" {
			x.press("]")
		}
		x.golden("tab-" + tab)
	}
	x.press("q", "2")
	x.golden("problems")
	x.press("5")
	x.golden("codes")
	x.press("6")
	x.golden("setup")
	x.press("?")
	x.golden("help")
}

func TestASCIIHasNothingElse(t *testing.T) {
	source := newFakeSource()
	cut := jwtExpired()
	cut.Short, cut.Verdict = "token exp…", "The token of this user ag… expired."
	source.put(expiredToken(), cut)
	source.put(underWay())
	x := newSession(t, 80, 24, Options{Source: source, ASCII: true})
	x.shows("2 of 2")
	for _, keys := range []string{"k", "2", "5", "6", "?", "q", "1", "y", "Esc", "Enter", "]", "]", "]", "]", "]", "]", "q"} {
		x.press(keys)
		x.eventually("only ASCII after "+keys, func(screen string) bool {
			return !regexp.MustCompile(`[^\x00-\x7f]`).MatchString(screen)
		})
	}
}

// The rows at 80x24 keep a form that scripts can read.
func TestRowsKeepTheirForm(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.shows("18 of 18")
	x.press("k")
	x.selected("/v1/events")
	form := regexp.MustCompile(`^[> ][✗▲i~ ] +(GET|POST|PUT|OPTIONS) +([0-9]{3}|ERR|-) `)
	x.eventually("rows 4 to 19 in their form", func(screen string) bool {
		for _, line := range strings.Split(screen, "\n")[3:19] {
			if !form.MatchString(line) {
				return false
			}
		}
		return true
	})
}

func TestFilterAsYouType(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.shows("18 of 18")
	x.press("/", "status:4")
	x.shows("3 of 18")
	x.press("xxx")
	x.shows("list unchanged")
	x.shows("/v1/search?q=sho") // the last good list
	x.press("Ctrl+U", "status:418")
	x.shows("Nothing matches  status:418")
	x.press("Ctrl+U", "is:problem", "Enter")
	x.shows("3 of 18")
	x.press("/")
	x.shows("/ is:problem")
	x.press("Esc", "Esc")
	x.shows("18 of 18")
	x.press("u")
	x.shows("3 of 18")
	x.press("Ctrl+R")
	x.shows("18 of 18")
	x.press("!")
	x.shows("problems only (!)")
	x.press("f", "S")
	x.shows("-status:401")
}

func TestFollowAndSelection(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.selected("/v1/me")
	x.source.put(get("https://api.example.test/z1", 200, time.Millisecond, "", ""))
	x.selected("/z1")
	x.press("k")
	x.selected("/v1/me")
	for range 20 {
		x.source.put(get("https://api.example.test/z2", 200, time.Millisecond, "", ""))
	}
	x.shows("+20 new")
	x.selected("/v1/me")
	x.press("G")
	x.selected("/z2")
	x.shows("LIVE")
	x.hides("new")
	x.press("/", "path:/v1", "Enter", "k", "Esc")
	x.shows("39 of 39")
	x.hides("new") // what a filter had hidden is not new
}

func TestResizeKeepsKeysAndSelection(t *testing.T) {
	x := newSession(t, 160, 48, Options{})
	x.shows("18 of 18")
	x.press("k", "Tab", "]")
	x.shows("[Request]")
	for _, size := range [][2]int{{80, 24}, {40, 10}, {60, 15}, {160, 48}} {
		x.sim.SetSize(size[0], size[1])
		_ = x.sim.PostEvent(tcell.NewEventResize(size[0], size[1]))
		if size[0] == 40 {
			x.shows("Terminal too small")
			continue
		}
		x.eventually("a new layout", func(screen string) bool {
			first, _, _ := strings.Cut(screen, "\n")
			return len([]rune(first)) >= size[0]-2 && strings.HasSuffix(first, "LIVE")
		})
		x.press("R")
		x.shows("unbound: R  (? shows keys)")
		x.press("q", "1", "G")
		x.selected("/v1/me")
	}
}

func TestSecretsStayMasked(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.shows("18 of 18")
	x.press("Enter", "]")
	x.shows("Authorization: Bearer eyJhbG…")
	for _, tab := range []string{"[Response]", "[Body]", "[Timing]", "[TLS]", "[JWT]"} {
		x.press("]")
		x.shows(tab)
		if strings.Contains(x.text(), "c2ln") {
			t.Fatalf("the signature shows:\n%s", x.text())
		}
	}
	x.shows("NOT checked")
	x.press("r")
	x.shows("c2ln")
	x.press("K", "J")
	x.hides("c2ln")
}

func TestCodesSearch(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.shows("18 of 18")
	x.press("5", "/", "too many")
	x.selected("429 Too Many Requests")
	x.press("Ctrl+U", "418")
	x.selected("418")
	x.press("Ctrl+U", "zzzz")
	x.shows("Nothing matches  zzzz")
	x.press("Ctrl+U", "429", "Enter", "Enter")
	x.shows("/ status:429")
	x.shows("2 of 18")
	x.press("Enter", "i")
	x.shows("[5 Codes]")
	x.selected("429 Too Many Requests")
}

// copied waits for a copy and returns it.
func (x *session) copied() string {
	x.t.Helper()
	x.shows("copied ")
	files, err := os.ReadDir(x.folder)
	if err != nil || len(files) != 1 {
		x.t.Fatalf("%d copies, %v", len(files), err)
	}
	path := filepath.Join(x.folder, files[0].Name())
	b, err := os.ReadFile(path)
	if err != nil {
		x.t.Fatal(err)
	}
	os.Remove(path)
	return string(b)
}

func TestCopies(t *testing.T) {
	for _, test := range []struct {
		keys       []string
		want, lack string
	}{
		{[]string{"c"}, "-H 'Authorization: Bearer eyJhbG…UwfQ'", "c2ln"},
		{[]string{"y", "C"}, "c2ln", "…"},
		{[]string{"y", "1"}, "src.Token()", "leeway"},
		{[]string{"Enter", "y", "2"}, "leeway", "src.Token()"},
		{[]string{"y", "w"}, "`jwt-expired`, certain", "c2ln"},
		{[]string{"Y"}, "18 of 18", ""},
		{[]string{"5", "/", "429", "Enter", "y", "1"}, "HTTP/1.1 429", ""},
	} {
		t.Run(strings.Join(test.keys, " "), func(t *testing.T) {
			x := newSession(t, 80, 24, Options{})
			x.shows("Proof")
			x.press(test.keys...)
			got := x.copied()
			if !strings.Contains(got, test.want) || test.lack != "" && strings.Contains(got, test.lack) {
				t.Errorf("copied %q", got)
			}
		})
	}
}

func TestBodySearchAndEnd(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.shows("18 of 18")
	x.press("k", "k")
	x.selected("/big")
	x.press("Enter", "b")
	x.shows(`"name": "user 0"`)
	x.press("G")
	x.shows(`u19999@example.test`)
	x.press("g", "/", "user 777\"", "Enter")
	x.shows("match 1 of 1")
	x.press("Esc")
	x.hides("match 1 of 1")
	x.shows("[Body]")
	x.press("b", "b")
	x.shows("00000000  5b 7b 22")
}

// The beginning of a large body shows before the rest was read, and what was
// scrolled to its end goes on to the end of the whole.
func TestLargeBodyShowsItsBeginningFirst(t *testing.T) {
	source := sampleSource()
	source.slow = make(chan struct{})
	x := newSession(t, 80, 24, Options{Source: source})
	x.shows("18 of 18")
	x.press("k", "k")
	x.selected("/big")
	x.press("Enter", "b")
	x.shows(`"name": "user 0"`)
	x.shows(" reading ")
	x.press("G")
	x.hides(`"name": "user 0"`)
	close(source.slow)
	x.shows("u19999@example.test")
	x.hides(" reading ")
}

func TestSetUpLeavesOnTheFirstExchange(t *testing.T) {
	source := newFakeSource()
	x := newSession(t, 80, 24, Options{Source: source})
	x.shows("Waiting for the first request on 127.0.0.1:8080")
	x.shows("NODE_EXTRA_CA_CERTS")
	source.put(get("http://a.test/json", 200, time.Millisecond, "", ""))
	x.hides("Waiting")
	x.selected("/json")
}

func TestSetUpStaysWhereTheUserMoved(t *testing.T) {
	source := newFakeSource()
	x := newSession(t, 80, 24, Options{Source: source})
	x.shows("Waiting")
	x.press("j", "j")
	x.shows("keytool")
	source.put(get("http://a.test/json", 200, time.Millisecond, "", ""))
	x.shows("1 exchange so far")
}

func TestRecorderEndsAndBegins(t *testing.T) {
	var state atomic.Value
	state.Store(Recorder{PID: 4121})
	x := newSession(t, 80, 24, Options{Recorder: func(context.Context) (Recorder, error) { return state.Load().(Recorder), nil }})
	x.shows("18 of 18")
	x.shows("LIVE")
	state.Store(Recorder{})
	x.shows("STOPPED")
	x.shows("(process 4121). All of this stays readable.")
	x.press("Enter")
	x.shows("VERDICT")
	x.press("q")
	state.Store(Recorder{PID: 4122, Address: "127.0.0.1:8081", Notice: "nothing can be written: no space left on device"})
	x.shows("LIVE")
	x.shows(":8081")
	x.shows("✗ nothing can be written: no space left on device")
	x.hides("stays readable")
	state.Store(Recorder{PID: 4122})
	x.hides("nothing can be written")
}

func TestChangesThatAreGone(t *testing.T) {
	x := newSession(t, 80, 24, Options{})
	x.shows("18 of 18")
	x.source.remove(1)
	x.shows("17 of 17")
	x.source.mu.Lock()
	x.source.version += 1000
	x.source.forgotten = x.source.version
	delete(x.source.all, exchange.ID(2))
	x.source.mu.Unlock()
	x.shows("16 of 16")
}
