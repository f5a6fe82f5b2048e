#!/usr/bin/env bash
# An event whose data is false, 0 or an empty text loses it on the way through the CloudEvents SDK: HTTP.structured()
# writes "data":false, HTTP.toEvent() of the same package reads that text as an event without data, and validate() is
# content with it. The same text in a batch of one, or from Kafka, is read correctly by the same SDK.
#
# Seen with Node 20.20.2, cloudevents 10.0.0 on 2026-11-29. Source: JSON Event Format for CloudEvents 1.0.2, section 3.1
# (data is any JSON value): https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
#
#   sent   HTTP structured  HTTP batch  Kafka structured
#   true   true             true        true
#   false  undefined        false       false
#   1      1                1           1
#   0      undefined        0           0
#   "x"    "x"              "x"         "x"
#   ""     undefined        ""          ""
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts cloudevents@10.0.0

cat > falsy.mjs <<'JS'
import { CloudEvent, HTTP, Kafka } from 'cloudevents';

const line = ([sent, structured, batch, kafka]) =>
  console.log(`${sent.padEnd(7)}${structured.padEnd(17)}${batch.padEnd(12)}${kafka}`);
line(['sent', 'HTTP structured', 'HTTP batch', 'Kafka structured']);
for (const data of [true, false, 1, 0, 'x', '']) {
  const event = new CloudEvent({ type: 'switched', source: '/lamp', datacontenttype: 'application/json', data });
  const { body } = HTTP.structured(event);
  const batch = { headers: { 'content-type': 'application/cloudevents-batch+json' }, body: `[${body}]` };
  const events = [
    HTTP.toEvent(HTTP.structured(event)),
    HTTP.toEvent(batch)[0],
    Kafka.toEvent(Kafka.structured(event)),
  ];
  if (!body.includes(`"data":${JSON.stringify(data)}`)) throw new Error(`not written: ${body}`);
  if (!events.every((read) => read.validate())) throw new Error('not valid');
  line([data, ...events.map((read) => read.data)].map((value) => JSON.stringify(value) ?? 'undefined'));
}
JS

expected='sent   HTTP structured  HTTP batch  Kafka structured
true   true             true        true
false  undefined        false       false
1      1                1           1
0      undefined        0           0
"x"    "x"              "x"         "x"
""     undefined        ""          ""'
echo "Node $(node --version)"
actual=$(node falsy.mjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
