package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// token is a JWT that expires at exp.
func token(exp time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		part(fmt.Appendf(nil, `{"sub":"42","exp":%d}`, exp.Unix())) + ".c2ln"
}

// TestExpiredTokenByTheServersClock: the server's clock is an hour ahead of
// ours, and it is the server who judges the token.
func TestExpiredTokenByTheServersClock(t *testing.T) {
	ahead := time.Now().Add(time.Hour)
	o := origin(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", ahead.UTC().Format(http.TimeFormat))
		if r.URL.Path == "/strict" {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
	r := startProxy(t)
	bearer := "Authorization: Bearer " + token(ahead.Add(-12*time.Minute))
	for _, path := range []string{"/strict", "/lenient"} {
		if _, err := command(t, "curl", "-sS", "-x", r.url, "-H", bearer, o.URL+path); err != nil {
			t.Fatal(err)
		}
		r.recorded(path)
	}
	f := r.primary("path:/strict")
	if f.Rule != "jwt-expired" || !strings.Contains(f.Verdict, "12 min") && !strings.Contains(f.Verdict, "12 m") {
		t.Errorf("found %s: %s", f.Rule, f.Verdict)
	}
	if strings.Contains(fmt.Sprint(f), "c2ln") {
		t.Error("the token's signature is shown")
	}
	for _, f := range r.why("path:/lenient") {
		if f.Severity == "error" {
			t.Errorf("accepted token: %s: %s", f.Rule, f.Verdict)
		}
	}
}

func TestRedirects(t *testing.T) {
	o := origin(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a":
			http.Redirect(w, r, "/b", http.StatusFound)
		case "/b":
			http.Redirect(w, r, "/a", http.StatusFound)
		case "/login":
			if _, err := r.Cookie("session"); err == nil {
				http.Redirect(w, r, "/home", http.StatusFound)
				return
			}
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Path: "/"})
			http.Redirect(w, r, "/login", http.StatusFound)
		default:
			fmt.Fprint(w, "home")
		}
	})
	r := startProxy(t)
	if _, err := command(t, "curl", "-sS", "-L", "--max-redirs", "6", "-x", r.url, o.URL+"/a"); err == nil {
		t.Error("curl followed a loop to its end")
	}
	if out, err := command(t, "curl", "-sS", "-L", "-b", "", "-x", r.url, o.URL+"/login"); err != nil || out != "home" {
		t.Fatalf("%v %q", err, out)
	}
	r.recorded("/home")
	r.stop() // a loop's finding moves on with its hops: this is its last place
	var loops []whyLine
	for _, f := range r.why("path:/a or path:/b") {
		if f.Severity == "error" {
			loops = append(loops, f)
		}
	}
	if len(loops) != 1 || loops[0].Rule != "redirect-loop" {
		t.Fatalf("found %+v", loops)
	}
	for _, want := range []string{"/a", "/b", "->"} {
		if !strings.Contains(loops[0].Verdict, want) {
			t.Errorf("%q is missing in %q", want, loops[0].Verdict)
		}
	}
	r.noAlarm("path:/login or path:/home")
}
