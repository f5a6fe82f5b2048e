// Every `earwitness …` that a page tells people to type names a command and flags that there are.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages } from '../snippets.ts';
import { earwitness, root } from './run.ts';

test('the commands and flags in the documentation are those of the command line', async () => {
  const { stdout: help } = await earwitness(['--help']);
  const commands = [...help.matchAll(/^ {2}([a-z]+) [^\n]* {2}/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');
  const helps = new Map(
    await Promise.all(commands.map(async (name) => [name, (await earwitness([name, '--help'])).stdout] as const)),
  );
  const typed = pages().flatMap((page) =>
    [
      ...readFileSync(root + page, 'utf8').matchAll(
        /(?<=^ *|`|npx |\$ |run \w+ -- |&& )earwitness ([a-z]+)([^`\n]*)/gm,
      ),
    ].map(([text, command = '', rest = '']) => ({
      page,
      text,
      command,
      flags: rest.replace(/ -- .*/, '').match(/(?<= )--?[a-z][\w-]*/g) ?? [],
    })),
  );
  expect(typed.length).toBeGreaterThan(15);
  const unknown = typed.filter(({ command, flags }) => {
    const known = helps.get(command);
    return known === undefined || flags.some((flag) => !new RegExp(`(^|[ ,])${flag}\\b`, 'm').test(known));
  });
  expect(unknown).toEqual([]);
});
