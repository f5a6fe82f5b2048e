import type { Fact, FactBody } from '@earwitness/protocol/internal/journal/fact';
import { expect, test } from 'vitest';
import { machinePlace } from '../place.ts';
import { Traffic } from '../traffic.ts';
import { parseExecutionGraph, walked } from './execution-graph.ts';
import { Executions } from './executions.ts';

const DEFINITION = {
  StartAt: 'Check',
  States: {
    Check: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'Both' }], Default: 'Ship' },
    Both: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'One', States: { One: { Type: 'Pass', End: true } } }],
      Next: 'Ship',
    },
    Ship: { Type: 'Task', Resource: 'x', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Lost' }], End: true },
    Lost: { Type: 'Fail' },
  },
};
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:fulfil';
const graph = parseExecutionGraph(JSON.stringify(DEFINITION), MACHINE, new Traffic());
const ways = (entered: readonly string[]) => {
  if (graph === undefined) return undefined;
  return graph.edges.filter(walked(graph, entered)).map(({ from, to }) => `${from} → ${to}`);
};

test('states lead where their definition says, into branches and to where their failures are caught', () => {
  expect(graph?.edges.map(({ from, to, kind }) => `${from} → ${to} ${kind}`)).toEqual([
    'Check → Both next',
    'Check → Ship next',
    'Both → One inside',
    'One → Ship inside',
    'Ship → Lost caught',
  ]);
  expect(graph?.states.filter(({ isStart }) => isStart).map(({ name }) => name)).toEqual(['Check']);
  expect(graph?.states.filter(({ isEnd }) => isEnd).map(({ name }) => name)).toEqual(['Ship', 'Lost']);
});

test('the way of an execution has the arrows along which it went, and no others', () => {
  expect(ways(['Check', 'Ship'])).toEqual(['Check → Ship']);
  expect(ways(['Check', 'Both', 'One', 'Ship', 'Lost'])).toEqual([
    'Check → Both',
    'Both → One',
    'One → Ship',
    'Ship → Lost',
  ]);
});

test.each(['', 'no json', '{"States":{}}', '[]', '{"States":{"A":null}}'])(
  '%j draws nothing that is not there',
  (text) => {
    expect(parseExecutionGraph(text, MACHINE, new Traffic())?.edges ?? []).toEqual([]);
  },
);

test('an execution tells where it failed, in the words of its function', () => {
  const executions = new Executions();
  const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:fulfil:one';
  const bodies: FactBody[] = [
    { kind: 'execution.started', executionArn, type: 'STANDARD' },
    { kind: 'state.entered', executionArn, state: 'Check', type: 'Choice' },
    { kind: 'state.entered', executionArn, state: 'Ship', type: 'Task' },
    {
      ...{ kind: 'state.failed', executionArn, state: 'Ship', error: 'Error', next: 'not caught' },
      cause: '{"errorType":"Error","errorMessage":"no truck","trace":[]}',
    },
    { kind: 'execution.ended', executionArn, status: 'FAILED', durationMs: 1, error: 'Error', state: 'Ship' },
  ];
  for (const [at, body] of bodies.entries()) executions.take({ ...body, seq: at + 1, at } as Fact);
  const [found] = executions.newestFirst(machinePlace(executionArn));
  expect(found).toMatchObject({ status: 'FAILED', entered: ['Check', 'Ship'] });
  expect([...(found?.failures ?? [])]).toEqual([['Ship', 'Error: no truck (not caught)']]);
});
