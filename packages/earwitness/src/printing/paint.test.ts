import { expect, test } from 'vitest';
import { choosePaint } from './paint.ts';

const coloured = (environment: NodeJS.ProcessEnv, isTerminal: boolean) =>
  String(choosePaint(environment, isTerminal).red('x')) !== 'x';

test('colour is for terminals and for whoever asks, and NO_COLOR always wins', () => {
  expect(coloured({}, true)).toBe(true);
  expect(coloured({}, false)).toBe(false);
  expect(coloured({ TERM: 'dumb' }, true)).toBe(false);
  expect(coloured({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(coloured({ FORCE_COLOR: '0' }, true)).toBe(false);
  expect(coloured({ FORCE_TTY: 'true' }, false)).toBe(true);
  expect(coloured({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
});
