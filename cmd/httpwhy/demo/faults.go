package demo

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

func healthy(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, `{"ok":true}`) }

func answer(w http.ResponseWriter, status int, json string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, json) //nolint:errcheck // the client may be gone
}

// page serves the shop's HTML.
func page(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/account":
		http.Redirect(w, r, "/account/", http.StatusMovedPermanently)
	case "/login":
		if c, err := r.Cookie("session"); err == nil && c.Value != "" {
			http.Redirect(w, r, "/account/", http.StatusFound)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "a1b2c3", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, "/login", http.StatusFound)
	case "/checkout":
		http.Redirect(w, r, "/checkout/", http.StatusFound)
	case "/checkout/":
		http.Redirect(w, r, "/checkout", http.StatusFound)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Shop</title><h1>Shop</h1>") //nolint:errcheck // as above
	}
}

// api is a service that is right in places and wrong in most.
func api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /catalog", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Vary", "Origin")
		answer(w, http.StatusOK, `{"items":[{"id":1,"name":"tea"},{"id":2,"name":"cup"}]}`)
	})
	mux.HandleFunc("GET /prices", healthy) // no CORS fields at all
	mux.HandleFunc("GET /reviews", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin")+"/")
		answer(w, http.StatusOK, `[]`)
	})
	mux.HandleFunc("GET /stock", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req-7f3a")
		answer(w, http.StatusInternalServerError, `{"error":"stock service failed","requestId":"req-7f3a"}`)
	})
	mux.HandleFunc("/carts/7", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			answer(w, http.StatusNotFound, `{"error":"no such route"}`)
			return
		}
		healthy(w, r)
	})
	mux.HandleFunc("/carts/8", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
		w.Header().Set("Access-Control-Allow-Headers", "content-type")
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /me", me)
	mux.HandleFunc("GET /search", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "30")
		w.Header().Set("X-RateLimit-Limit", "60")
		w.Header().Set("X-RateLimit-Remaining", "0")
		answer(w, http.StatusTooManyRequests, `{"error":"slow down"}`)
	})
	mux.HandleFunc("POST /orders", order)
	mux.HandleFunc("POST /graphql", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"data":{"cart":null},"errors":[{"message":"cart 7 not found","path":["cart"],"extensions":{"code":"NOT_FOUND"}}]}`)
	})
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, `{"error":"user not found"}`)
	})
	mux.HandleFunc("GET /report", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5000")
		io.WriteString(w, strings.Repeat("row\n", 100)) //nolint:errcheck // as above
		http.NewResponseController(w).Flush()           //nolint:errcheck // as above
		panic(http.ErrAbortHandler)
	})
	return mux
}

// me wants a bearer token and tells what is wrong with the one it got.
func me(w http.ResponseWriter, r *http.Request) {
	challenge := `Bearer realm="shop"`
	if r.Header.Get("Authorization") != "" {
		challenge += `, error="invalid_token", error_description="The token expired"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	answer(w, http.StatusUnauthorized, `{"error":"unauthorized"}`)
}

func order(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	switch {
	case err != nil || strings.Contains(string(body), ",}"):
		answer(w, http.StatusBadRequest, `{"error":"malformed JSON"}`)
	case r.Header.Get("Content-Type") != "application/json":
		w.Header().Set("Accept-Post", "application/json")
		answer(w, http.StatusUnsupportedMediaType, `{"error":"unsupported media type"}`)
	case !strings.Contains(string(body), `"email"`):
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		io.WriteString(w, `{"title":"Validation failed","status":422,"errors":[{"field":"email","message":"is required"}]}`) //nolint:errcheck // as above
	default:
		w.Header().Set("Location", "/orders/9")
		answer(w, http.StatusCreated, `{"id":9}`)
	}
}

// gateway answers as gateways do whose application is down. The pages have the
// form by which each product can be told.
func gateway() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/charges", func(w http.ResponseWriter, _ *http.Request) {
		nginxPage(w, "502 Bad Gateway", http.StatusBadGateway)
	})
	mux.HandleFunc("/refunds", func(w http.ResponseWriter, _ *http.Request) {
		nginxPage(w, "504 Gateway Time-out", http.StatusGatewayTimeout)
	})
	mux.HandleFunc("/invoices", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Cache-Control", "no-cache")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n") //nolint:errcheck // as above
	})
	return mux
}

func nginxPage(w http.ResponseWriter, line string, status int) {
	w.Header().Set("Server", "nginx/1.27.4")
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<html>\r\n<head><title>%[1]s</title></head>\r\n<body>\r\n<center><h1>%[1]s</h1></center>\r\n"+
		"<hr><center>nginx/1.27.4</center>\r\n</body>\r\n</html>\r\n", line)
}

// expiredToken is a JWT that was valid for an hour and expired two hours ago.
// Its signature is no signature: nothing here checks it.
func expiredToken(now time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	claims := fmt.Sprintf(`{"iss":"https://id.shop.example","aud":"shop","sub":"42","iat":%d,"exp":%d}`,
		now.Add(-3*time.Hour).Unix(), now.Add(-2*time.Hour).Unix())
	return part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part([]byte(claims)) + "." + part([]byte("a signature of the demo"))
}
