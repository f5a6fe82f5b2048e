#!/usr/bin/env bash
# JSONata, the query language of Step Functions, is an hour off in time zones that are hours and a half west of
# Greenwich: Newfoundland (-03:30, in summer -02:30) and the Marquesas (-09:30). $fromMillis() is told "-0330" and
# writes the clock and the offset of -04:30, because it rounds -3.3 hours down and then takes 30 minutes off again.
# $toMillis() with a picture adds the minutes of a negative offset: it reads an hour early what is written correctly,
# and so it does with what $fromMillis() wrote. $toMillis() without a picture is right, as are all other zones.
#
# Seen with Node 20.20.2, jsonata 2.2.2 on 2026-11-29. Source: https://docs.jsonata.org/date-time-functions (the zone is
# the sign and HHMM, the offset in hours and minutes from UTC; a time that is written with a picture is read with it)
#
#   zone   noon in UTC is there  $fromMillis writes  $toMillis, picture  $toMillis
#   -0330  08:30-03:30           07:30-04:30         11:00Z              12:00Z
#   -0930  02:30-09:30           01:30-10:30         11:00Z              12:00Z
#   -0800  04:00-08:00           04:00-08:00         12:00Z              12:00Z
#   +0530  17:30+05:30           17:30+05:30         12:00Z              12:00Z
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts jsonata@2.2.2

cat > zones.mjs <<'JS'
import jsonata from 'jsonata';

const noon = Date.parse('2026-01-01T12:00:00.000Z');
const picture = '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z]';
const evaluate = (expression, values) => jsonata(expression).evaluate({}, { noon, picture, ...values });
const short = (time) => time.replace(/^2026-01-01T(\d\d:\d\d):00\.000/, '$1');
const line = (zone, ...[there, written, readByPicture, read]) =>
  console.log(`${zone.padEnd(7)}${there.padEnd(22)}${written.padEnd(20)}${readByPicture.padEnd(20)}${read}`);

line('zone', 'noon in UTC is there', '$fromMillis writes', '$toMillis, picture', '$toMillis');
for (const zone of ['-0330', '-0930', '-0800', '+0530']) {
  const [, sign, hours, minutes] = /^([+-])(..)(..)$/.exec(zone);
  const offset = Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const there = new Date(noon + offset).toISOString().replace('Z', `${sign}${hours}:${minutes}`);
  const written = await evaluate('$fromMillis($noon, $picture, $zone)', { zone });
  const readByPicture = await evaluate('$toMillis($there, $picture)', { there });
  const read = await evaluate('$toMillis($there)', { there });
  const inUtc = [readByPicture, read].map((millis) => new Date(millis).toISOString());
  line(zone, ...[there, written, ...inUtc].map(short));
}
JS

expected='zone   noon in UTC is there  $fromMillis writes  $toMillis, picture  $toMillis
-0330  08:30-03:30           07:30-04:30         11:00Z              12:00Z
-0930  02:30-09:30           01:30-10:30         11:00Z              12:00Z
-0800  04:00-08:00           04:00-08:00         12:00Z              12:00Z
+0530  17:30+05:30           17:30+05:30         12:00Z              12:00Z'
echo "Node $(node --version)"
actual=$(node zones.mjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
