#!/usr/bin/env bash
# @nats-io/transport-node 3.4.0 and @nats-io/nats-core 3.4.0 say that they run on Node 18, and so do the 3.4.0 packages on top of them. The
# exact version of @nats-io/nuid that nats-core depends on (3.0.0) says Node 22. So on Node 20 npm warns of each install, and with
# `engine-strict` it refuses one that the package's own page allows. 3.3.1, with nuid 2.0.3, is the newest that installs without a word there.
#
# Seen with npm's registry on 2026-11-30: what a package says of Node, and what its nuid says.
#
#   @nats-io/transport-node 3.3.1   >= 18.0.0   nuid 2.0.3   >= 18.x
#   @nats-io/transport-node 3.4.0   >= 18.0.0   nuid 3.0.0   >= 22.x
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

seen=
for version in 3.3.1 3.4.0; do
  mkdir "$version"
  (cd "$version" && npm init -y >/dev/null && npm install --silent --ignore-scripts --engine-strict=false "@nats-io/transport-node@$version" >/dev/null 2>&1)
  seen+=$(cd "$version" && node -p "
    const { engines } = require('@nats-io/transport-node/package.json');
    const nuid = require('@nats-io/nuid/package.json');
    \`$version   \${engines.node}   nuid \${nuid.version}   \${nuid.engines.node}\`")$'\n'
done
printf '%s' "$seen"
expected='3.3.1   >= 18.0.0   nuid 2.0.3   >= 18.x
3.4.0   >= 18.0.0   nuid 3.0.0   >= 22.x
'
[ "$seen" = "$expected" ] || { echo 'changed' >&2; exit 1; }
