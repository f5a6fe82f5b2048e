import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('turns never overlap, and all that is asked for during one is the next', async () => {
  const log: string[] = [];
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const turns = createTurns<string>(async (items) => {
    log.push(`begin ${[...items].join(' ')}`);
    await opened;
    log.push('end');
  });
  turns.add('a');
  for (const item of ['a', 'b', 'a']) turns.add(item);
  open();
  await turns.idle();
  expect(log).toEqual(['begin a', 'end', 'begin a b', 'end']);
});

test('what is asked for together is one turn', async () => {
  const seen: string[][] = [];
  const turns = createTurns<string>(async (items) => void seen.push([...items]));
  turns.add('a', 'b');
  await turns.idle();
  expect(seen).toEqual([['a', 'b']]);
});

test('after a pause a new turn begins', async () => {
  const seen: string[][] = [];
  const turns = createTurns<string>(async (items) => void seen.push([...items]));
  turns.add('a');
  await turns.idle();
  turns.add('b');
  await turns.idle();
  expect(seen).toEqual([['a'], ['b']]);
});
