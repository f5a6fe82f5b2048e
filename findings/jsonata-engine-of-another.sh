#!/usr/bin/env bash
# jsonata takes the engine of its regular expressions as an option of each expression (`RegexEngine`), so that a server
# can run what strangers write on an engine of linear time. In 2.0.6, the version that AWS Step Functions documents, the
# option is kept in one place for all expressions: whoever parses an expression without it sets every earlier expression
# back to the built-in engine, also those of another part of the program. In 2.2.2 each expression keeps its own.
#
# Seen with Node 20.20.2, jsonata 2.0.6 and 2.2.2 on 2026-11-29. Source: jsonata's documentation of jsonata(str, options).
#
#   version  its engine used, before and after jsonata('1')
#   2.0.6    yes, no
#   2.2.2    yes, yes
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
  let used = 0;
  class Own extends RegExp {
    constructor(...given) {
      super(...given);
      used += 1;
    }
  }
  // An expression's engine makes its expression anew each time it is evaluated.
  const expression = jsonata('$contains("abc", /b/)', { RegexEngine: Own });
  const isUsed = async () => {
    const before = used;
    await expression.evaluate({});
    return used > before ? 'yes' : 'no';
  };
  const first = await isUsed();
  jsonata('1');
  const { version } = require(`${name}/package.json`);
  console.log(`${version}  ${first}, ${await isUsed()}`);
}
ask('old').then(() => ask('new'));
JS

expected='2.0.6  yes, no
2.2.2  yes, yes'
echo "Node $(node --version)"
actual=$(node ask.cjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
