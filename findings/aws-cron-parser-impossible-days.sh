#!/usr/bin/env bash
# aws-cron-parser says when a cron expression of EventBridge runs. Its next() names days on which the expression cannot
# run: a day that a month does not have is carried over into the following month, so that "on the 31st" also runs on
# 3 March, and "on 29 February" runs on 1 March of every common year. Its prev() goes over "on the 31st" correctly.
#
# Seen with Node 20.20.2, aws-cron-parser 1.1.12 on 2026-11-29. Source: a run needs every field to hold, the third one
# is the day of the month: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
#
#   0 12 31 * ? 2025
#     calendar  01-31 03-31 05-31 07-31 08-31 10-31 12-31
#     next()    01-31 03-03 03-31 05-01 05-31 07-01 07-31 08-31 10-01 10-31 12-01 12-31
#     prev()    01-31 03-31 05-31 07-31 08-31 10-31 12-31
#   0 12 29 2 ? 2025-2028
#     calendar  02-29
#     next()    03-01 03-01 03-01 02-29
#
# Exit code 0: still so. 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts aws-cron-parser@1.1.12

cat > days.mjs <<'JS'
import cron from 'aws-cron-parser';

const start = new Date('2025-01-01T00:00:00Z');
const end = new Date('2029-01-01T00:00:00Z');
const monthAndDay = (date) => date.toISOString().slice(5, 10);
const line = (name, days) => console.log(`  ${name.padEnd(10)}${days.join(' ')}`);

function calendar(isDue) {
  const days = [];
  for (const day = new Date(start); day < end; day.setUTCDate(day.getUTCDate() + 1)) {
    if (isDue(day)) days.push(monthAndDay(day));
  }
  return days;
}

function steps(step, expression, from) {
  const parsed = cron.parse(expression);
  const days = [];
  for (let date = step(parsed, from); date; date = step(parsed, date)) days.push(monthAndDay(date));
  return days;
}

const on31st = '0 12 31 * ? 2025';
console.log(on31st);
line('calendar', calendar((day) => day.getUTCFullYear() === 2025 && day.getUTCDate() === 31));
line('next()', steps(cron.next, on31st, start));
line('prev()', steps(cron.prev, on31st, end).reverse());

const onLeapDay = '0 12 29 2 ? 2025-2028';
console.log(onLeapDay);
line('calendar', calendar((day) => monthAndDay(day) === '02-29'));
line('next()', steps(cron.next, onLeapDay, start));
JS

expected='0 12 31 * ? 2025
  calendar  01-31 03-31 05-31 07-31 08-31 10-31 12-31
  next()    01-31 03-03 03-31 05-01 05-31 07-01 07-31 08-31 10-01 10-31 12-01 12-31
  prev()    01-31 03-31 05-31 07-31 08-31 10-31 12-31
0 12 29 2 ? 2025-2028
  calendar  02-29
  next()    03-01 03-01 03-01 02-29'
echo "Node $(node --version)"
actual=$(node days.mjs)
echo "$actual"
[ "$actual" = "$expected" ] || { echo "changed: this was expected"; echo "$expected"; exit 1; }
