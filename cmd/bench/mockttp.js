// Starts mockttp as an intercepting proxy on a port of loopback, keeping what it
// sees in memory as a front end that shows it would.
'use strict';
const net = require('node:net');
const mockttp = require('mockttp');

// It has no setting for the address to listen on.
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function listenOnLoopback(port, ...rest) {
  return typeof port === 'number' ? listen.call(this, port, '127.0.0.1', ...rest) : listen.call(this, port, ...rest);
};

async function main() {
  const https = await mockttp.generateCACertificate();
  const proxy = mockttp.getLocal({ https, http2: true, recordTraffic: false });
  await proxy.forUnmatchedRequest().thenPassThrough({ ignoreHostHttpsErrors: true });
  const kept = [];
  await proxy.on('response', (response) => kept.push(response, response.body.buffer));
  await proxy.start(Number(process.argv[2]));
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
