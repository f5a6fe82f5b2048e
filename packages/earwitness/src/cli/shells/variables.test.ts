import { spawnSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { SHELLS } from './variables.ts';

const HOSTILE = ["it's $(id) `id`", '"two" \\ \\n', "'; rm -rf x; '", '‘curly’ ‚low‛', 'two\nlines', 'C:\\'];

test.each(HOSTILE)('sh takes %j as it is', (value) => {
  const script = `${SHELLS.sh.set('NAME', value)}; printf %s "$NAME"`;
  expect(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout).toBe(value);
});

const hasFish = spawnSync('fish', ['--version']).status === 0;
if (!hasFish) console.info('Skipped: fish is not on this machine.');

test.skipIf(!hasFish).each(HOSTILE)('fish takes %j as it is', (value) => {
  const script = `${SHELLS.fish.set('NAME', value)}; printf %s "$NAME"`;
  expect(spawnSync('fish', ['-N', '-c', script], { encoding: 'utf8' }).stdout).toBe(value);
});

// Source: PowerShell, about_Quoting_Rules ("single-quoted string"), and its tokenizer, for which ‘ ’ ‚ ‛ are quotes.
test('between single quotes PowerShell reads doubled quotes as one', () => {
  expect(HOSTILE.map((value) => SHELLS.pwsh.set('NAME', value))).toEqual([
    "$env:NAME = 'it''s $(id) `id`'",
    `$env:NAME = '"two" \\ \\n'`,
    "$env:NAME = '''; rm -rf x; '''",
    "$env:NAME = '‘‘curly’’ ‚‚low‛‛'",
    "$env:NAME = 'two\nlines'",
    "$env:NAME = 'C:\\'",
  ]);
});

test.each(HOSTILE)("Node's own reader takes %j from a file of variables", (value) => {
  expect(parseEnv(SHELLS.dotenv.set('NAME', value) ?? '')).toEqual({ NAME: value });
});

test('a plain value stands bare in a file of variables, as Docker wants it', () => {
  expect(SHELLS.dotenv.set('API_URL', 'http://127.0.0.1:4566/_apis/a1/Prod/')).toBe(
    'API_URL=http://127.0.0.1:4566/_apis/a1/Prod/',
  );
});

test('a value with every quote in it cannot be written into a file of variables', () => {
  expect(SHELLS.dotenv.set('NAME', `'"\``)).toBeUndefined();
});
