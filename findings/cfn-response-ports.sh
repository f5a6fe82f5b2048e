#!/usr/bin/env bash
# The libraries by which functions answer CloudFormation's custom resources take the ResponseURL apart and leave its
# port behind: they ask port 443 of its host, whatever the URL says. An emulator or a proxy that gives an address with
# a port of its own never gets the answer, and the stack waits until it times out. The answer itself is well formed.
#
# Seen with Node 20.20.2, cfn-response 1.0.1, cfn-response-promise 1.1.0 on 2026-11-29. Source: CloudFormation user guide,
# "Custom resource request objects": ResponseURL is a URL to which the answer is put; it says nothing of ports.
#
#   package               ResponseURL                           asked
#   cfn-response          https://127.0.0.1:8443/answer?sig=1   PUT 127.0.0.1:443 /answer?sig=1
#   cfn-response-promise  https://127.0.0.1:8443/answer?sig=1   PUT 127.0.0.1:443 /answer?sig=1
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts cfn-response@1.0.1 cfn-response-promise@1.1.0

cat > ask.cjs <<'JS'
// What is asked is written down in place of being sent.
const https = require('node:https');
const { EventEmitter } = require('node:events');
console.log = () => {};
const say = (text) => process.stdout.write(`${text}\n`);
let name = '';
https.request = ({ hostname, port, path, method }) => {
  say(`${name.padEnd(22)}${method} ${hostname}:${port} ${path}`);
  return Object.assign(new EventEmitter(), { write() {}, end() {} });
};
const event = {
  ResponseURL: 'https://127.0.0.1:8443/answer?sig=1',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Custom',
};
const context = { logStreamName: 'stream', done() {} };
for (name of ['cfn-response', 'cfn-response-promise']) {
  const { send, SUCCESS } = require(name);
  send(event, context, SUCCESS, { Value: '1' });
}
JS

expected='cfn-response          PUT 127.0.0.1:443 /answer?sig=1
cfn-response-promise  PUT 127.0.0.1:443 /answer?sig=1'
echo "Node $(node --version)"
actual=$(node ask.cjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
