import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { createPrinter } from './test-printer.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:shop-OrderFlow-3K9X0QW2Z7B1';
const arnOf = (name: string) => `arn:aws:states:us-east-1:000000000000:execution:shop-OrderFlow-3K9X0QW2Z7B1:${name}`;
const RESOURCE = 'arn:aws:states:::lambda:invoke';

/** Facts of the execution of a name. */
function factsOf(name: string) {
  const executionArn = arnOf(name);
  const task = { executionArn, state: 'Pay', resource: RESOURCE, attempt: 1, durationMs: 0 };
  return {
    started: { kind: 'execution.started', executionArn, type: 'STANDARD' },
    entered: (state: string, type: string, waitMs?: number): FactBody => ({
      ...{ kind: 'state.entered', executionArn, state, type },
      ...(waitMs !== undefined && { waitMs }),
    }),
    paid: { ...task, kind: 'task.attempted', outcome: 'succeeded', takenAs: 'i1' },
    waits: { ...task, kind: 'task.attempted', outcome: 'waits', resource: `${RESOURCE}.waitForTaskToken` },
    refused: {
      ...{ ...task, kind: 'task.attempted', outcome: 'failed', error: 'Busy', cause: 'try later', takenAs: 'i1' },
    },
    failed: (next: 'tried again' | 'caught' | 'not caught'): FactBody => ({
      ...{ kind: 'state.failed', executionArn, state: 'Pay', error: 'Busy', cause: 'try later', next },
      ...(next === 'tried again' && { retry: { attempt: 2, attempts: 4, inMs: 60_000 } }),
    }),
    ended: { kind: 'execution.ended', executionArn, status: 'SUCCEEDED', durationMs: 3 },
    died: {
      ...{ kind: 'execution.ended', executionArn, status: 'FAILED', durationMs: 3 },
      ...{ error: 'Busy', cause: 'try later', state: 'Pay' },
    },
  } as const satisfies Record<string, FactBody | ((...given: never[]) => FactBody)>;
}

const threw: readonly FactBody[] = [
  { kind: 'function.invoked', functionName: 'shop-Charge-3K9X0QW2Z7B1', invocationId: 'i1' },
  {
    ...{ kind: 'function.finished', functionName: 'shop-Charge-3K9X0QW2Z7B1', invocationId: 'i1', durationMs: 1 },
    ...{ outcome: 'threw', error: { name: 'Busy', message: 'try later', stack: ['at handler (/shop/charge.js:3:9)'] } },
  },
];

test('an execution is printed when it has ended, state by state', () => {
  const { take, said } = createPrinter();
  const { started, entered, paid, ended } = factsOf('one');
  take(started, entered('Reserve', 'Pass'), entered('Pay', 'Task'), paid);
  expect(said()).toBe('');
  take(ended);
  expect(said()).toMatchInlineSnapshot(`
    "  execution OrderFlow/one  4.0 ms
         0.0  execution     OrderFlow/one started
         1.0  state         Reserve (Pass)
         3.0  state         Pay succeeded (lambda:invoke)
         4.0  execution     OrderFlow/one succeeded

    "
  `);
});

test('one that does nothing for a while is printed as far as it came, and goes on later', () => {
  const { take, pass, said } = createPrinter();
  const { started, entered, waits, ended } = factsOf('one');
  take(started, entered('Pay', 'Task'), waits);
  pass();
  expect(said()).toBe('');
  pass();
  expect(said()).toMatchInlineSnapshot(`
    "  execution OrderFlow/one  2.0 ms
         0.0  execution     OrderFlow/one started
         2.0  state         Pay waits for SendTaskSuccess or SendTaskFailure with
                            its token (lambda:invoke.waitForTaskToken)

    "
  `);
  pass();
  expect(said()).toBe('');
  take(entered('Cool down', 'Wait', 86_400_000));
  pass();
  pass();
  take(ended);
  expect(said()).toMatchInlineSnapshot(`
    "  execution OrderFlow/one goes on  0.0 ms
         0.0  state         Cool down (Wait, goes on in 24 h)

      execution OrderFlow/one goes on  0.0 ms
         0.0  execution     OrderFlow/one succeeded

    "
  `);
});

test('a function that failed stands in the execution that called it, and what becomes of that', () => {
  const { take, said } = createPrinter();
  const { started, entered, refused, failed, died } = factsOf('one');
  take(started, entered('Pay', 'Task'), ...threw, refused, failed('not caught'), died);
  expect(said()).toMatchInlineSnapshot(`
    "  execution OrderFlow/one  6.0 ms
         0.0  execution     OrderFlow/one started
         1.0  state         Pay (Task)
         2.0  function      Charge
         3.0  function      Charge threw: Busy: try later
                            at handler (charge.js:3:9)
         5.0  state         Pay failed: Busy: try later; not caught
         6.0  execution     OrderFlow/one failed at Pay: Busy: try later

    "
  `);
});

test('a state that is tried again says when', () => {
  const { take, close, said } = createPrinter();
  const { started, entered, refused, failed } = factsOf('one');
  take(started, entered('Pay', 'Task'), refused, failed('tried again'));
  close();
  expect(said()).toMatchInlineSnapshot(`
    "  execution OrderFlow/one  3.0 ms
         0.0  execution     OrderFlow/one started
         1.0  state         Pay (Task)
         3.0  state         Pay failed: Busy: try later; attempt 2 of 4 comes in 60
                            s

    "
  `);
});

test('an execution that an event set off has the event in its title', () => {
  const { take, said } = createPrinter();
  const { started, ended } = factsOf('one');
  const ref = { eventId: 'e1', bus: 'orders' };
  take(
    {
      ...{ ...ref, kind: 'event.accepted', source: 'shop', detailType: 'OrderCreated' },
      ...{ sizeBytes: 9, event: '{}', requestId: 'p1' },
    },
    { ...ref, kind: 'rule.matched', rule: 'Created', targets: 1 },
    started,
    {
      ...{ ...ref, kind: 'delivery.attempted', deliveryId: 'd1', rule: 'Created', targetId: 't', targetArn: MACHINE },
      ...{ attempt: 1, durationMs: 0, outcome: 'delivered', takenAs: arnOf('one') },
    },
    ended,
  );
  expect(said().match(/^ {2}\S.*/gm)).toEqual([
    '  OrderCreated from shop  3.0 ms',
    '  OrderCreated from shop → OrderFlow  2.0 ms',
  ]);
});

test('of an execution of thousands of states the beginning is printed, and what failed', () => {
  const { take, said } = createPrinter();
  const { started, entered, failed, ended } = factsOf('one');
  take(started, ...Array.from({ length: 5000 }, () => entered('Each', 'Pass')), failed('caught'), ended);
  const lines = said().split('\n');
  expect(lines).toHaveLength(66);
  expect(lines.slice(-6)).toEqual([
    '    59.0  state         Each (Pass)',
    '  5001.0  state         Pay failed: Busy: try later; caught',
    '  5002.0  execution     OrderFlow/one succeeded',
    '                        4,941 more steps',
    '',
    '',
  ]);
});

test('what happened before a printer began is not printed, and what comes of it is', () => {
  const { recall, take, pass, said } = createPrinter();
  const { started, entered, ended } = factsOf('one');
  recall(started, entered('Cool down', 'Wait', 60_000));
  pass();
  pass();
  expect(said()).toBe('');
  take(ended);
  expect(said()).toContain('execution OrderFlow/one goes on');
});

test('the oldest of too many executions under way is counted', () => {
  const { take, pass, said } = createPrinter();
  for (let index = 0; index < 1002; index++) take(factsOf(`e${index}`).started);
  pass();
  expect(said()).toContain('… and 2 more journeys (2 still under way)');
});
