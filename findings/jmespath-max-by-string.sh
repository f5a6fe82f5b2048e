#!/usr/bin/env bash
# "The latest event by its time" is null for a list full of events: max_by and min_by of jmespath and of
# @jmespath-community/jmespath find nothing when the key is a string, because both begin with an infinite number, and
# no string is greater or less than that. JMESPath gives both functions keys that are numbers or strings, its compliance
# tests expect the element, an older example of the specification an error; nothing expects null. In the same packages
# sort_by and max take strings. @aws-lambda-powertools/jmespath finds the events.
#
# Seen with Node 20.20.2, jmespath 0.16.0, @jmespath-community/jmespath 1.3.0, @aws-lambda-powertools/jmespath 2.36.0
# on 2026-11-29. Source: https://jmespath.org/specification.html#max-by (expression->number|expression->string)
#
#                                     jmespath   community  powertools
#   max_by(events, &time).id          null       null       "b"
#   min_by(events, &time).id          null       null       "a"
#   max_by(events, &size).id          "b"        "b"        "b"
#   sort_by(events, &time)[-1].id     "b"        "b"        "b"
#   max(events[].time)                "2026-03"  "2026-03"  "2026-03"
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts jmespath@0.16.0 @jmespath-community/jmespath@1.3.0 \
  @aws-lambda-powertools/jmespath@2.36.0

cat > latest.mjs <<'JS'
import { search as powertools } from '@aws-lambda-powertools/jmespath';
import { search as community } from '@jmespath-community/jmespath';
import jmespath from 'jmespath';

const events = [
  { id: 'a', time: '2026-01', size: 3 },
  { id: 'b', time: '2026-03', size: 7 },
  { id: 'c', time: '2026-02', size: 5 },
];
const readers = [jmespath.search, community, (data, expression) => powertools(expression, data)];
const line = (expression, [first, second, third]) =>
  console.log(`${expression.padEnd(34)}${first.padEnd(11)}${second.padEnd(11)}${third}`);
line('', ['jmespath', 'community', 'powertools']);
for (const expression of [
  'max_by(events, &time).id',
  'min_by(events, &time).id',
  'max_by(events, &size).id',
  'sort_by(events, &time)[-1].id',
  'max(events[].time)',
]) {
  line(expression, readers.map((search) => JSON.stringify(search({ events }, expression))));
}
JS

expected='                                  jmespath   community  powertools
max_by(events, &time).id          null       null       "b"
min_by(events, &time).id          null       null       "a"
max_by(events, &size).id          "b"        "b"        "b"
sort_by(events, &time)[-1].id     "b"        "b"        "b"
max(events[].time)                "2026-03"  "2026-03"  "2026-03"'
echo "Node $(node --version)"
actual=$(node latest.mjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
