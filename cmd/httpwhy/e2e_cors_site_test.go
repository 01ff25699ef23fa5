package main

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// corsCase is a request of a page to another origin, and what it is answered.
type corsCase struct {
	Name string
	// How is the way to ask: "" for fetch, else a key of ways in the page.
	How string `json:",omitempty"`
	// Init are the options of fetch.
	Init map[string]any `json:",omitempty"`
	URL  string
	// Preflight and Actual are the answers: a status line's code and the field
	// lines as they are sent. They lack where the case is answered elsewhere.
	Preflight, Actual corsAnswer `json:"-"`
	// Hops are the answers to requests for the case's URL with "/hop" and a
	// number from 1 appended.
	Hops []corsAnswer `json:"-"`
}

type corsAnswer struct {
	Status int
	Lines  []string
	Type   string
	Body   string
}

// corsOrigin answers the cases on a port of its own. It writes every byte of
// the response itself: a server library would mend what is wrong.
type corsOrigin struct {
	cases map[string]*corsCase
	addr  string
}

func newCORSOrigin(t *testing.T, address string) *corsOrigin {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	o := &corsOrigin{cases: map[string]*corsCase{}, addr: l.Addr().String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go o.serve(conn)
		}
	})
	t.Cleanup(func() { l.Close(); serving.Wait() })
	return o
}

func (o *corsOrigin) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return
		}
		a := o.answer(req)
		body := a.Body
		if body == "" {
			body = "data"
		}
		if req.Method == http.MethodHead || a.Status == 204 || a.Status == 304 {
			body = ""
		}
		head := fmt.Sprintf("HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
		if a.Type != "" {
			head += "Content-Type: " + a.Type + "\r\n"
		}
		if name := caseOf(req.URL.Path); name != "" {
			head += "X-Case: " + name + " " + req.Method + "\r\n"
		}
		for _, l := range a.Lines {
			head += l + "\r\n"
		}
		if a.Status != 204 && a.Status != 304 {
			head += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n"
		}
		if _, err := conn.Write([]byte(head + "\r\n" + body)); err != nil {
			return
		}
	}
}

// answer finds the case in the path: /c/NAME, or /c/NAME/hopN.
func (o *corsOrigin) answer(req *http.Request) corsAnswer {
	parts := strings.Split(req.URL.Path, "/")
	if len(parts) < 3 || o.cases[parts[2]] == nil {
		return corsAnswer{Status: 200, Lines: []string{"Access-Control-Allow-Origin: *", "Set-Cookie: sid=1; Path=/c"}}
	}
	c := o.cases[parts[2]]
	if req.Method == http.MethodOptions && req.Header.Get("Access-Control-Request-Method") != "" {
		return c.Preflight
	}
	if len(parts) > 3 {
		n, _ := strconv.Atoi(strings.TrimPrefix(parts[3], "hop"))
		return c.Hops[n-1]
	}
	return c.Actual
}

// corsPage asks for all cases, some at a time, and has the ID "done" when the
// browser knows what became of each. The last request comes late enough for a
// preflight to count as given up.
var corsPage = template.Must(template.New("page").Parse(`<!doctype html><link rel="icon" href="data:,"><body><script>
const element = (tag, set) => new Promise((done) => {
	const e = document.createElement(tag)
	e.onload = e.onerror = done
	set(e)
	document.body.append(e)
})
const ways = {
	"": (c) => fetch(c.URL, c.Init).then((r) => r.text()),
	image: (c) => element("img", (e) => { e.crossOrigin = "anonymous"; e.src = c.URL }),
	plainimage: (c) => element("img", (e) => { e.src = c.URL }),
	script: (c) => element("script", (e) => { e.type = "module"; e.src = c.URL }),
	plainscript: (c) => element("script", (e) => { e.src = c.URL }),
	style: (c) => element("link", (e) => { e.rel = "stylesheet"; e.crossOrigin = "anonymous"; e.href = c.URL }),
	font: (c) => new FontFace("f" + c.Name.replace(/\W/g, ""), "url(" + c.URL + ")").load(),
	events: (c) => new Promise((done) => { const e = new EventSource(c.URL); e.onopen = e.onerror = () => { e.close(); done() } }),
	beacon: async (c) => { navigator.sendBeacon(c.URL, "x") },
	jsonbeacon: async (c) => { navigator.sendBeacon(c.URL, new Blob(["{}"], {type: "application/json"})) },
	xhr: (c) => new Promise((done) => {
		const x = new XMLHttpRequest()
		x.open(c.Init.method || "GET", c.URL)
		x.withCredentials = c.Init.credentials == "include"
		for (const h in c.Init.headers || {}) x.setRequestHeader(h, c.Init.headers[h])
		x.onloadend = done
		x.send(c.Init.body)
	}),
	sandbox: (c) => new Promise((done) => {
		const f = document.createElement("iframe")
		f.sandbox = "allow-scripts"
		f.srcdoc = "<script>fetch(" + JSON.stringify(c.URL) + "," + JSON.stringify(c.Init || {}) + ").catch(() => 0).finally(() => parent.postMessage(" + JSON.stringify(c.Name) + ", '*'))</` + `script>"
		addEventListener("message", (e) => e.data === c.Name && done())
		document.body.append(f)
	}),
	frame: (c) => element("iframe", (e) => { e.src = c.URL }),
	form: (c) => new Promise((done) => {
		const f = document.createElement("iframe")
		f.name = "form" + c.Name
		document.body.append(f)
		const e = document.createElement("form")
		e.method = "post"; e.action = c.URL; e.target = f.name
		document.body.append(e)
		f.onload = done
		e.submit()
	}),
	ping: async (c) => {
		const a = document.createElement("a")
		a.href = "#x"; a.ping = c.URL
		document.body.append(a)
		a.click()
	},
	twice: (c) => fetch(c.URL, c.Init).then((r) => r.text()).then(() => fetch(c.URL, c.Init)).then((r) => r.text()),
}
async function run() {
	const cases = {{.}}
	await fetch(cases[0].URL.replace(/\/c\/.*/, "/cookie"), {credentials: "include"}).catch(() => 0)
	const worker = async () => { for (let c; c = cases.shift();) try { await Promise.race([ways[c.How || ""](c), new Promise((late) => setTimeout(late, 5000))]) } catch {} }
	await Promise.all(Array.from({length: 8}, worker))
	await new Promise((done) => setTimeout(done, 2600))
	await fetch("/later")
	document.body.id = "done"
}
run()
</script>`))
