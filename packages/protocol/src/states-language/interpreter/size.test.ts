// How much data goes through a state, and how deep it may be nested. Sources: developer guide, "Step Functions service
// quotas" (262,144 bytes); Jackson 2.15, StreamReadConstraints (a depth of 1000), the parser whose sentences the
// service tells. Which error a value that is nested too deep brings is ours.
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { play } from './test-play.ts';

const LAMBDA = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const TOO_DEEP = 'Document nesting depth (1001) exceeds the maximum allowed (1000)';

function nested(depth: number): Json {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

async function endOf(state: object, { input = {}, output }: { input?: Json; output?: Json } = {}): Promise<string> {
  const machine = { StartAt: 'X', States: { X: { End: true, ...state } } };
  const isJsonata = 'Output' in state || 'Arguments' in state;
  const { execution } = await play(isJsonata ? { QueryLanguage: 'JSONata', ...machine } : machine, {
    input,
    ...(output !== undefined && { answers: { X: [{ output }] } }),
  });
  const { status, failure } = execution;
  return status === 'FAILED' ? `${failure?.error}: ${failure?.cause}` : status;
}

const TASK = { Type: 'Task', Resource: LAMBDA };

describe('what is nested too deep fails its state', () => {
  it('the result of a task', async () => {
    expect(await endOf(TASK, { output: nested(1000) })).toBe('SUCCEEDED');
    expect(await endOf(TASK, { output: nested(1001) })).toBe(`States.Runtime: ${TOO_DEEP}`);
    expect(await endOf(TASK, { output: nested(100_000) })).toBe(`States.Runtime: ${TOO_DEEP}`);
  });

  it('what grows from state to state', async () => {
    const Choices = [{ Variable: '$.enough', IsPresent: true, Next: 'Done' }];
    const grow = {
      StartAt: 'Wrap',
      States: {
        Wrap: { Type: 'Pass', Parameters: { 'a.$': '$' }, Next: 'Enough' },
        Enough: { Type: 'Choice', Choices, Default: 'Wrap' },
        Done: { Type: 'Succeed' },
      },
    };
    const { status, failure } = (await play(grow)).execution;
    expect(`${status} ${failure?.error}: ${failure?.cause?.replace(/ \(entered at the event id #\d+\)/, '')}`).toBe(
      `FAILED States.Runtime: An error occurred while executing the state 'Wrap'. ${TOO_DEEP}`,
    );
  });

  it.each<[string, object]>([
    ['States.StringToJson', { Type: 'Pass', Parameters: { 'a.$': 'States.StringToJson($.text)' } }],
    ['$parse', { Type: 'Pass', Output: '{% $parse($states.input.text) %}' }],
  ])('a text that %s reads', async (_, state) => {
    for (const depth of [1001, 100_000]) {
      const text = '['.repeat(depth) + ']'.repeat(depth);
      expect(await endOf(state, { input: { text } })).toMatch(
        /^States\.(Runtime|IntrinsicFailure|QueryEvaluationError): /,
      );
    }
  });

  it('what an expression builds', async () => {
    const build = (depth: number) => `{% $reduce([1..${depth}], function($inner, $_) { [[$inner]] }, 1) %}`;
    expect(await endOf({ Type: 'Pass', Output: build(400) })).toBe('SUCCEEDED');
    expect(await endOf({ Type: 'Pass', Output: build(5000) })).toMatch(/^States\.(Runtime|QueryEvaluationError): /);
  });

  it('an array around what is just deep enough', async () => {
    const Branches = [{ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }];
    expect(await endOf({ Type: 'Parallel', Branches }, { input: nested(999) })).toBe('SUCCEEDED');
    expect(await endOf({ Type: 'Parallel', Branches }, { input: nested(1000) })).toMatch(/^States\.Runtime: .*depth/);
    const ItemProcessor = Branches[0];
    expect(await endOf({ Type: 'Map', ItemProcessor }, { input: [nested(1000)] })).toMatch(/^States\.Runtime: .*depth/);
  });

  it('a variable', async () => {
    const wrap = { Type: 'Pass', Assign: { 'x.$': '$' } };
    expect(await endOf(wrap, { input: nested(1000) })).toMatch(/^States\.Runtime: .*depth/);
  });
});

// 200,000 bytes fit, twice as many do not.
describe('what is too large fails its state', () => {
  const twice = { 'a.$': '$', 'b.$': '$' };
  const inner = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
  it.each<[string, object, Json]>([
    ['parameters of a task', { ...TASK, Parameters: twice }, 'x'.repeat(200_000)],
    ['parameters of a Parallel', { Type: 'Parallel', Parameters: twice, Branches: [inner] }, 'x'.repeat(200_000)],
    [
      'an item as ItemSelector makes it',
      {
        Type: 'Map',
        ItemSelector: { 'a.$': '$$.Map.Item.Value', 'b.$': '$$.Map.Item.Value' },
        ItemProcessor: inner,
      },
      ['x'.repeat(200_000)],
    ],
    ['variables', { Type: 'Pass', Assign: twice }, 'x'.repeat(200_000)],
    ['an output', { Type: 'Pass', Parameters: twice }, 'ü'.repeat(100_000)],
  ])('%s', async (_, state, input) => {
    expect(await endOf(state, { input, output: 1 })).toMatch(/^States\.DataLimitExceeded: The state\/task 'X' /);
  });
});
