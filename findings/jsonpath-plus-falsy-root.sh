#!/usr/bin/env bash
# jsonpath-plus does not find the root of a document that is 0, false, an empty text or null: `$` gives undefined, as for a path that leads
# nowhere. RFC 9535 has every JSON value as a query's argument, and `$` select it. What stands on the package hands it on: a state of
# aws-local-stepfunctions whose input is 0, as each item of a Map over numbers may be, fails with "does not point to a value". Members and
# items with such values are found.
#
# Seen with Node 20.20.2, jsonpath-plus 10.4.0 and aws-local-stepfunctions 3.0.0 on 2026-11-29. Sources: RFC 9535, 2.1.2 and 2.2;
# Amazon States Language, "Paths".
#
#   argument                       1   0           false       ""          null        "a"   [0]
#   $                              1   undefined   undefined   undefined   undefined   "a"   [0]
#   Map over [1, 0], {"n.$": "$"}  fails; over [1, 2] it succeeds
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts --force jsonpath-plus@10.4.0 aws-local-stepfunctions@3.0.0

cat > ask.mjs <<'JS'
import { StateMachine } from 'aws-local-stepfunctions';
import { JSONPath } from 'jsonpath-plus';
const root = (json) => JSON.stringify(JSONPath({ path: '$', json, wrap: false })) ?? 'undefined';
console.log([1, 0, false, '', null, 'a', [0]].map(root).join(' '));
const Iterator = { StartAt: 'One', States: { One: { Type: 'Pass', Parameters: { 'n.$': '$' }, End: true } } };
const States = { Each: { Type: 'Map', Iterator, End: true } };
for (const items of [[1, 2], [1, 0]]) {
  const { result } = new StateMachine({ StartAt: 'Each', States }).run(items);
  console.log(await result.then(JSON.stringify, (error) => error.message));
}
JS

expected="1 undefined undefined undefined undefined \"a\" [0]
[{\"n\":1},{\"n\":2}]
Execution has failed with the following error: Path expression '\$' does not point to a value"
echo "Node $(node --version)"
actual=$(node ask.mjs)
echo "$actual"
[ "$actual" = "$expected" ]
