// What a test reads of an execution that ended otherwise than it expected.
import { expect, test } from 'vitest';
import { compileExpectation } from '../../expectation/compile.ts';
import { courseOf } from './history.ts';
import { endedPage, notStartedPage, runningPage, type Shown } from './page.ts';

/** Two branches: Reserve goes on, Charge fails. */
const PARALLEL = [
  { type: 'ExecutionStarted', id: 1, previousEventId: 0 },
  { type: 'ParallelStateEntered', id: 2, previousEventId: 0, stateEnteredEventDetails: { name: 'Both' } },
  { type: 'ParallelStateStarted', id: 3, previousEventId: 2 },
  { type: 'TaskStateEntered', id: 4, previousEventId: 3, stateEnteredEventDetails: { name: 'Charge' } },
  { type: 'LambdaFunctionScheduled', id: 5, previousEventId: 4 },
  { type: 'WaitStateEntered', id: 6, previousEventId: 3, stateEnteredEventDetails: { name: 'Reserve' } },
  { type: 'LambdaFunctionFailed', id: 7, previousEventId: 5 },
] as const;

const FAILED: Shown = {
  name: 'run-1',
  stateMachine: 'orders',
  status: 'FAILED',
  input: { orderId: '7f3a', token: 'eyJhbGciOi' },
  output: undefined,
  error: 'CardDeclined',
  cause: JSON.stringify({
    errorType: 'CardDeclined',
    errorMessage: 'no money',
    trace: [
      'CardDeclined: no money',
      '    at charge (/var/task/charge.js:3:9)',
      '    at handler (/var/task/charge.js:9:1)',
    ],
  }),
  course: courseOf(PARALLEL),
};

test('the state that failed is found over branches', () => {
  expect(courseOf(PARALLEL)).toEqual({
    path: ['Both', 'Charge', 'Reserve'],
    last: 'Charge',
    lastEvent: 'LambdaFunctionFailed',
  });
  const ended = [...PARALLEL, { type: 'ExecutionFailed', id: 8, previousEventId: 7 }] as const;
  expect(courseOf(ended).last).toBe('Charge');
  expect(courseOf([])).toEqual({ path: [] });
});

test('the page of a failed execution has the state, the error, the function that threw, the path and the input', () => {
  expect(endedPage(FAILED, 'SUCCEEDED').join('\n')).toMatchInlineSnapshot(`
    "execution run-1 of orders FAILED in Charge: CardDeclined

      expected: SUCCEEDED

      CardDeclined: no money
      at charge (/var/task/charge.js:3:9)
      at handler (/var/task/charge.js:9:1)

      path: Both → Charge ✗ → Reserve

      input: { orderId: "7f3a", token: [redacted] }"
  `);
});

test('a cause that is no function’s error is shown as it is', () => {
  const shown = { ...FAILED, error: 'States.Runtime', cause: 'No results for path: $[x]' };
  expect(endedPage(shown, 'SUCCEEDED').join('\n')).toMatchInlineSnapshot(`
    "execution run-1 of orders FAILED in Charge: States.Runtime

      expected: SUCCEEDED

      No results for path: $[x]

      path: Both → Charge ✗ → Reserve

      input: { orderId: "7f3a", token: [redacted] }"
  `);
});

test('an execution that succeeded and should not have shows its output', () => {
  const shown = { ...FAILED, status: 'SUCCEEDED', error: undefined, cause: undefined, output: { paid: true } };
  expect(endedPage(shown, 'FAILED').join('\n')).toMatchInlineSnapshot(`
    "execution run-1 of orders SUCCEEDED

      expected: FAILED

      output: { paid: true }

      path: Both → Charge → Reserve

      input: { orderId: "7f3a", token: [redacted] }"
  `);
});

test('an execution that has not ended shows where it is, and what to do', () => {
  const course = courseOf(PARALLEL.slice(0, 6));
  expect(runningPage({ ...FAILED, status: 'RUNNING', course }, 3000).join('\n')).toMatchInlineSnapshot(`
    "execution run-1 of orders did not end within 3000 ms

      it is RUNNING, in Reserve, which waits for its time

      path: Both → Charge → Reserve

      input: { orderId: "7f3a", token: [redacted] }"
  `);
});

test('on the local cloud it says for which attempt, and how to bring it', () => {
  const lastFact = {
    ...{ kind: 'state.failed', seq: 9, at: 1000, executionArn: 'arn', state: 'Charge', error: 'Busy' },
    ...{ cause: 'try later', next: 'tried again', retry: { attempt: 2, attempts: 4, inMs: 60_000 } },
  } as const;
  const [, , ...lines] = runningPage({ ...FAILED, status: 'RUNNING', lastFact }, 3000);
  expect(lines.slice(0, 4).join('\n')).toMatchInlineSnapshot(`
    "  it is RUNNING, in Charge, which failed: Busy: try later; attempt 2 of 4 comes
      in 60 s
      await cloud.advance(60_000) brings that;
      by hand: npx earwitness time +60s"
  `);
});

test('an execution that was not started shows the closest one, field by field, and the others', () => {
  const seen = Array.from({ length: 7 }, (_, index) => ({
    name: `run-${index}`,
    status: 'SUCCEEDED',
    value: {
      orderId: String(index),
      total: 5,
      note: 'as long as a note can be, and a little longer than that\n\u001b[31m',
    },
  }));
  const expectation = compileExpectation({ orderId: '3', total: 6 });
  const about = { stateMachine: 'orders', expectation, timeoutMs: 3000 };
  expect(notStartedPage(about, seen).join('\n')).toMatchInlineSnapshot(`
    "no execution of orders with this input was started within 3000 ms: the closest differs in 1 of 2 fields

      Closest execution   1/2 fields   run-3   SUCCEEDED
        - total    6   expected
        + total    5   received
          orderId  "3"

      Expected input
        { orderId: "3", total: 6 }

      Other executions   6, the newest first
        run-0  SUCCEEDED  { orderId: "0", total: 5, note: "as long as a note can be…
        run-1  SUCCEEDED  { orderId: "1", total: 5, note: "as long as a note can be…
        run-2  SUCCEEDED  { orderId: "2", total: 5, note: "as long as a note can be…
        run-4  SUCCEEDED  { orderId: "4", total: 5, note: "as long as a note can be…
        … 2 more"
  `);
  expect(notStartedPage(about, []).join('\n')).toMatchInlineSnapshot(`
    "no execution of orders with this input was started within 3000 ms

      Expected input
        { orderId: "3", total: 6 }

      orders has no execution at all: nothing has started it"
  `);
});

test('an input that is no object is shown, and is not the closest', () => {
  const about = { stateMachine: 'orders', expectation: compileExpectation({ a: 1 }), timeoutMs: 3000 };
  const seen = [{ name: 'run-1', status: 'RUNNING', value: 7 }];
  expect(notStartedPage(about, seen).join('\n')).toMatchInlineSnapshot(`
    "no execution of orders with this input was started within 3000 ms

      Expected input
        { a: 1 }

      Executions   one
        run-1  RUNNING  7"
  `);
});
