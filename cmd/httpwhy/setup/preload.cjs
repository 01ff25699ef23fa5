'use strict';
// Node before version 24 sends nothing to the proxy that HTTP_PROXY names.
// Loaded by NODE_OPTIONS=--require, this makes http, https and fetch open their
// connections through it. Newer versions do so by themselves.
const proxy = process.env.HTTPWHY_PROXY;
if (proxy && !process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
  const http = require('node:http');
  const https = require('node:https');
  const net = require('node:net');
  const tls = require('node:tls');
  const { hostname: proxyHost, port: proxyPort } = new URL(proxy);

  // tunnel opens a connection to host:port by CONNECT. It speaks on a plain
  // socket: the http module would come back here.
  const tunnel = (host, port, done) => {
    const socket = net.connect({ host: proxyHost, port: Number(proxyPort) });
    const target = (net.isIPv6(host) ? `[${host}]` : host) + ':' + port;
    let head = Buffer.alloc(0);
    const fail = (err) => { socket.destroy(); done(err); };
    socket.once('error', fail);
    socket.once('connect', () => socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`));
    const onData = (chunk) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.removeListener('data', onData);
      socket.removeListener('error', fail);
      const status = head.toString('latin1', 0, head.indexOf('\r\n'));
      if (!/^HTTP\/1\.[01] 200/.test(status)) return fail(new Error(`proxy answered CONNECT with ${status}`));
      socket.pause();
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
      done(null, socket);
    };
    socket.on('data', onData);
  };

  const direct = (host, port, done) => {
    const socket = net.connect({ host, port: Number(port) });
    const fail = (err) => done(err);
    socket.once('error', fail);
    socket.once('connect', () => { socket.removeListener('error', fail); done(null, socket); });
  };

  const secure = (socket, options) => {
    const name = options.servername || (net.isIP(options.host || '') ? '' : options.host);
    return tls.connect({ ...options, host: options.host, socket, servername: name });
  };

  // Libraries that know HTTP_PROXY themselves speak to the proxy: no tunnel.
  const isProxy = (host, port) => host === proxyHost && Number(port) === Number(proxyPort);

  const connector = (original, isSecure) => function createConnection(options, oncreate) {
    if (options.socketPath || options.path?.startsWith?.('\0')) return original.call(this, options, oncreate);
    const host = options.host || options.hostname || 'localhost';
    const port = options.port || (isSecure ? 443 : 80);
    if (isProxy(host, port)) return original.call(this, options, oncreate);
    tunnel(host, port, (err, socket) => {
      if (err) return oncreate(err);
      if (isSecure) return oncreate(null, secure(socket, { ...options, host }));
      oncreate(null, socket.resume());
    });
    return undefined;
  };
  http.Agent.prototype.createConnection = connector(http.Agent.prototype.createConnection, false);
  https.Agent.prototype.createConnection = connector(https.Agent.prototype.createConnection, true);

  // fetch has its own connection pool. Reading Response loads it; its class is
  // only reachable through the pool that it installed.
  void globalThis.Response;
  const key = Symbol.for('undici.globalDispatcher.1');
  const Pool = globalThis[key]?.constructor;
  if (Pool) {
    globalThis[key] = new Pool({
      connect(options, done) {
        const isSecure = options.protocol === 'https:';
        const open = isProxy(options.hostname, options.port) ? direct : tunnel;
        open(options.hostname, options.port || (isSecure ? 443 : 80), (err, socket) => {
          if (err) return done(err, null);
          if (!isSecure) return done(null, socket.resume());
          const inner = secure(socket, {
            host: options.hostname, servername: options.servername || undefined, ALPNProtocols: ['http/1.1'],
          });
          inner.once('secureConnect', () => { inner.removeListener('error', done); done(null, inner); });
          inner.once('error', done);
        });
      },
    });
  }
}
