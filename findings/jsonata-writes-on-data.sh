#!/usr/bin/env bash
# jsonata evaluates an expression over data, and writes on the data while it does. `items[]` gives the caller's own array
# a hidden mark by which later expressions take it for a sequence to be kept; so does an error's place on an object that
# was called as a function. Data that was frozen, as state that is shared between evaluations is, makes a plain query
# throw a TypeError. Whoever evaluates two expressions over one value copies it in between.
#
# Seen with Node 20.20.2, jsonata 2.0.6 and 2.2.2 on 2026-11-29. Source: jsonata's documentation, "Embedding": an
# expression is evaluated against input data; it says of no change.
#
#   version  own names of the array after $s.items[]   of the object after $s.a()     the query over a frozen array
#   both     0 keepSingleton length                    position token                  TypeError
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts old@npm:jsonata@2.0.6 new@npm:jsonata@2.2.2

cat > ask.cjs <<'JS'
async function ask(name) {
  const jsonata = require(name);
  const evaluate = (text, s) => jsonata(text).evaluate(undefined, { s }).then(() => 'a result', (error) => error.name);
  const items = [1];
  await evaluate('$s.items[]', { items });
  const a = {};
  await evaluate('$s.a()', { a });
  const frozen = await evaluate('$s.items[]', { items: Object.freeze([1]) });
  const names = (value) => Object.getOwnPropertyNames(value).sort().join(' ');
  console.log(`${require(`${name}/package.json`).version}  ${names(items)} | ${names(a)} | ${frozen}`);
}
ask('old').then(() => ask('new'));
JS

expected='2.0.6  0 keepSingleton length | position token | TypeError
2.2.2  0 keepSingleton length | position token | TypeError'
echo "Node $(node --version)"
actual=$(node ask.cjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
