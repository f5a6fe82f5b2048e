#!/usr/bin/env bash
# The CBOR half of the AWS SDKs reads a decimal fraction with a positive exponent as another number, without an error.
# Tag 4 holds an exponent e and a mantissa m, and means m times ten to the power of e: c4 82 02 03 is 300, the reader
# returns 3.03. It puts the decimal point by String.slice, for which only a negative number counts from the end. The
# writer of the same package writes such values correctly, so a big decimal does not survive the way there and back.
#
# Seen with Node 20.20.2, @smithy/core 3.41.1 on 2026-11-29. Sources: RFC 8949, section 3.4.4 (Decimal Fractions);
# https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html (a BigDecimal is tag 4)
#
#   value    as CBOR       read again
#   273.15   c48221196ab3  273.15
#   100      c482001864    100
#   3e2      c4820203      3.03
#   -1e2     c4820220      -1.01
#   1.5e3    c482020f      15.015
#   6.02e23  c4821519025a  602.0602
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts @smithy/core@3.41.1

cat > decimals.mjs <<'JS'
import { cbor } from '@smithy/core/cbor';
import { nv } from '@smithy/core/serde';

console.log('value    as CBOR       read again');
for (const value of ['273.15', '100', '3e2', '-1e2', '1.5e3', '6.02e23']) {
  const bytes = cbor.serialize(nv(value));
  const hex = Buffer.from(bytes).toString('hex');
  console.log(`${value.padEnd(9)}${hex.padEnd(14)}${cbor.deserialize(bytes).string}`);
}
JS

expected='value    as CBOR       read again
273.15   c48221196ab3  273.15
100      c482001864    100
3e2      c4820203      3.03
-1e2     c4820220      -1.01
1.5e3    c482020f      15.015
6.02e23  c4821519025a  602.0602'
echo "Node $(node --version)"
actual=$(node decimals.mjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
