// What a test that says results in another form reads.
import { expect, test } from 'vitest';
import { checkResults } from './check-results.ts';

const said = (results: unknown) => {
  try {
    checkResults('cloud.mockTasks()', 'OrderFlow', results);
    return undefined;
  } catch (error) {
    return error instanceof Error
      ? error.message.replace(/^cloud.mockTasks\(\): the result of Charge in OrderFlow is .*?; /, '')
      : error;
  }
};

test.each([
  [{ paid: true }, 'got { paid: true }: did you mean { Return: { paid: true } }?'],
  ['paid', 'got "paid": did you mean { Return: "paid" }?'],
  [[], 'the list is empty'],
  [[{ Return: 1 }, 2], 'got 2 at [1]: did you mean { Return: 2 }?'],
  [undefined, 'got undefined'],
  [() => 1, 'got a function'],
  [{ Return: undefined }, 'its Return is undefined, which JSON does not have: write null'],
  [{ Return: 1, Throw: {} }, 'got { Return: 1, Throw: {} }, which is both'],
  [{ Throw: 'Busy' }, 'got { Throw: "Busy" }: did you mean { Throw: { Error: "Busy" } }?'],
  [{ Throw: { name: 'Busy' } }, 'got { Throw: { name: "Busy" } }: Throw has Error and Cause, which are texts'],
])('%j is no result', (given, sentence) => {
  expect(said({ Charge: given })).toBe(sentence);
});

test('results are by the name of a state', () => {
  expect(said(undefined)).toBe(
    'cloud.mockTasks(): the results for OrderFlow are an object by the names of its states, { Charge: { Return: { paid: true } } }, but got undefined.',
  );
});

test('what is right is let through', () => {
  const one = { Throw: { Error: 'Busy', Cause: 'later' } };
  expect(said({ Charge: one, Ship: [one, { Return: null }], Ask: { '0-1': one } })).toBe(undefined);
  expect(said({})).toBe(undefined);
});
