package rules

import (
	"fmt"
	"net/http"
	"strings"

	"httpwhy/inspector/content"
	"httpwhy/inspector/exchange"
)

// raiseBodyLimit advises to take content of this size: the next megabyte above
// it, with a fifth to spare.
func (c *Case) raiseBodyLimit(text string, size int64) exchange.Advice {
	mb := (size+size/5)/(1<<20) + 1
	bytes := mb << 20
	return c.forServer(text, lines{
		nginx:   fmt.Sprintf("client_max_body_size %dm;", mb),
		apache:  fmt.Sprintf("LimitRequestBody %d", bytes),
		caddy:   fmt.Sprintf("request_body {\n  max_size %dMiB\n}", mb),
		express: fmt.Sprintf("app.use(express.json({ limit: '%dmb' }));", mb),
		spring:  fmt.Sprintf("spring.servlet.multipart.max-file-size=%[1]dMB\nspring.servlet.multipart.max-request-size=%[1]dMB", mb),
		goHTTP:  fmt.Sprintf("r.Body = http.MaxBytesReader(w, r.Body, %d<<20)", mb),
		django:  fmt.Sprintf("DATA_UPLOAD_MAX_MEMORY_SIZE = %d", bytes),
		flask:   fmt.Sprintf(`app.config["MAX_CONTENT_LENGTH"] = %d`, bytes),
		laravel: fmt.Sprintf("post_max_size = %[1]dM\nupload_max_filesize = %[1]dM", mb),
		php:     fmt.Sprintf("post_max_size = %[1]dM\nupload_max_filesize = %[1]dM", mb),
		aspNET:  fmt.Sprintf("builder.WebHost.ConfigureKestrel(o => o.Limits.MaxRequestBodySize = %d);", bytes),
	}, fmt.Sprintf("client_max_body_size %[1]dm;   # nginx\napp.use(express.json({ limit: '%[1]dmb' }))   // Express", mb))
}

// raiseHeadLimit advises to take request lines and header sections of 32 kB.
func (c *Case) raiseHeadLimit(text string) exchange.Advice {
	return c.forServer(text, lines{
		nginx:   "large_client_header_buffers 4 32k;",
		apache:  "LimitRequestLine 32768\nLimitRequestFieldSize 32768",
		caddy:   "{\n  servers {\n    max_header_size 32KiB\n  }\n}",
		haproxy: "tune.bufsize 65536   # in global",
		express: "node --max-http-header-size=32768 server.js",
		spring:  "server.max-http-request-header-size=32KB",
		goHTTP:  "server.MaxHeaderBytes = 32 << 10",
		fastAPI: "uvicorn app:app --h11-max-incomplete-event-size 32768",
		aspNET:  "builder.WebHost.ConfigureKestrel(o => o.Limits.MaxRequestHeadersTotalSize = 32768);",
	}, "large_client_header_buffers 4 32k;   # nginx\nnode --max-http-header-size=32768 server.js")
}

// raiseTimeout advises a gateway to wait longer for the application.
func (c *Case) raiseTimeout(text string, seconds int) exchange.Advice {
	return c.forServer(text, lines{
		nginx:   fmt.Sprintf("proxy_read_timeout %ds;", seconds),
		apache:  fmt.Sprintf("ProxyTimeout %d", seconds),
		caddy:   fmt.Sprintf("reverse_proxy APPLICATION:PORT {\n  transport http {\n    response_header_timeout %ds\n  }\n}", seconds),
		haproxy: fmt.Sprintf("timeout server %ds", seconds),
	}, fmt.Sprintf("proxy_read_timeout %ds;   # nginx", seconds))
}

// compressText advises to compress text.
func (c *Case) compressText(text string) exchange.Advice {
	const nginxLines = "gzip on;\ngzip_types text/css text/plain text/javascript application/javascript application/json image/svg+xml;"
	return c.forServer(text, lines{
		nginx:   nginxLines,
		apache:  "AddOutputFilterByType DEFLATE text/html text/css text/plain text/javascript application/javascript application/json image/svg+xml",
		caddy:   "encode gzip",
		haproxy: "filter compression\ncompression algo gzip\ncompression type text/html text/css text/plain application/javascript application/json",
		express: "app.use(compression());",
		spring:  "server.compression.enabled=true",
		goHTTP:  "handler = gziphandler.GzipHandler(handler) // github.com/NYTimes/gziphandler",
		django:  `MIDDLEWARE.insert(0, "django.middleware.gzip.GZipMiddleware")`,
		fastAPI: "app.add_middleware(GZipMiddleware, minimum_size=1000)",
		flask:   "Compress(app)  # flask-compress",
		rails:   "config.middleware.use Rack::Deflater",
		php:     "zlib.output_compression = On",
		aspNET:  "app.UseResponseCompression();",
	}, nginxLines+"   # nginx")
}

// upgradeHeaders advises gateways to pass the handshake of WebSocket on:
// Upgrade and Connection are hop-by-hop fields, which nginx drops otherwise.
func (c *Case) upgradeHeaders(text string) exchange.Advice {
	const nginxLines = "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection \"upgrade\";"
	by := lines{nginx: nginxLines}
	if path := c.Path(); quotable(path) && !strings.Contains(path, `"`) {
		by[apache] = `ProxyPass "` + path + `" "ws://APPLICATION:PORT` + path + `"`
	}
	return c.forServer(text, by, nginxLines+"   # nginx")
}

// redirectTo advises to redirect this request with the status to the target.
func (c *Case) redirectTo(text string, status int, target string) exchange.Advice {
	target, path := content.MaskURL(target), c.Path()
	general := fmt.Sprintf("HTTP/1.1 %d %s\nLocation: %s", status, http.StatusText(status), target)
	if !quotable(target) || !quotable(path) || strings.Contains(target+path, `"`) {
		return exchange.Advice{Text: text, Copy: general}
	}
	return c.forServer(text, lines{
		nginx:   fmt.Sprintf(`location = "%s" { return %d "%s"; }`, path, status, target),
		apache:  fmt.Sprintf(`RedirectMatch %d "^%s$" "%s"`, status, strings.NewReplacer(".", `\.`, "+", `\+`, "*", `\*`, "(", `\(`, ")", `\)`).Replace(path), target),
		caddy:   fmt.Sprintf(`redir "%s" "%s" %d`, path, target, status),
		haproxy: fmt.Sprintf(`http-request redirect location "%s" code %d if { path "%s" }`, target, status, path),
		express: fmt.Sprintf("res.redirect(%d, '%s');", status, target),
		spring:  fmt.Sprintf(`return ResponseEntity.status(%d).location(URI.create("%s")).build();`, status, target),
		goHTTP:  fmt.Sprintf(`http.Redirect(w, r, "%s", %d)`, target, status),
		django:  fmt.Sprintf(`return HttpResponse(status=%d, headers={"Location": "%s"})`, status, target),
		fastAPI: fmt.Sprintf(`return RedirectResponse("%s", status_code=%d)`, target, status),
		flask:   fmt.Sprintf(`return redirect("%s", code=%d)`, target, status),
		rails:   fmt.Sprintf(`redirect_to "%s", status: %d, allow_other_host: true`, target, status),
		laravel: fmt.Sprintf("return redirect('%s', %d);", target, status),
		php:     fmt.Sprintf("header('Location: %s', true, %d);", target, status),
		aspNET:  fmt.Sprintf(`return Results.Redirect("%s", permanent: %t, preserveMethod: %t);`, target, status == 301 || status == 308, status == 307 || status == 308),
	}, general)
}

// trustForwardedProto advises to tell the application by which scheme the
// client came, and the application to believe it.
func (c *Case) trustForwardedProto(text string) exchange.Advice {
	const nginxLine = "proxy_set_header X-Forwarded-Proto $scheme;"
	return c.forServer(text, lines{
		nginx:   nginxLine,
		apache:  `RequestHeader set X-Forwarded-Proto "https"`,
		haproxy: "http-request set-header X-Forwarded-Proto https if { ssl_fc }",
		express: "app.set('trust proxy', 1);",
		spring:  "server.forward-headers-strategy=native",
		django:  `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`,
		fastAPI: "uvicorn app:app --proxy-headers --forwarded-allow-ips='GATEWAY'",
		flask:   "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)",
		rails:   "config.assume_ssl = true",
		aspNET:  "app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedProto });",
	}, nginxLine+"   # nginx")
}

// collectContent advises a gateway to read all of the content before it asks
// the application, which then gets it with its length.
func (c *Case) collectContent(text string) exchange.Advice {
	const nginxLine = "proxy_request_buffering on;"
	return c.forServer(text, lines{
		nginx:   nginxLine,
		apache:  "SetEnv proxy-sendcl 1",
		caddy:   "reverse_proxy APPLICATION:PORT {\n  buffer_requests\n}",
		haproxy: "option http-buffer-request",
	}, nginxLine+"   # nginx")
}
