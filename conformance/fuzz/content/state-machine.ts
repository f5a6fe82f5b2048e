// Definitions of state machines: every kind of state, in both query languages; what they ask for is there, or is not.
import type { Random } from '../prng.ts';
import { arn, FUNCTION_ARN } from './documents.ts';
import { type Value, writeJson } from './value.ts';

/** What the world of the fuzz has: one that waits, and one that answers at once. */
export const MACHINE = writeJson({
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 3600, Next: 'Done' }, Done: { Type: 'Succeed' } },
});

export const FAST_MACHINE = writeJson({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });

export function machineText(random: Random): string {
  const isJsonata = random.chance(0.5);
  const count = random.whole(1, 4);
  const states = Array.from({ length: count }, (_, index): [string, Value] => {
    const next: Value = index === count - 1 ? { End: true } : { Next: `S${index + 1}` };
    return [`S${index}`, { ...state(random, isJsonata), ...next }];
  });
  return writeJson({
    StartAt: 'S0',
    ...(isJsonata && { QueryLanguage: 'JSONata' }),
    ...(random.chance(0.2) && { TimeoutSeconds: 60 }),
    States: Object.fromEntries(states),
  });
}

function state(random: Random, isJsonata: boolean): { readonly [member: string]: Value } {
  const inner: Value = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
  const path = random.pick(['$', '$.a', '$.a[*].b', '$$.Execution.Id', '$.a[?(@.b == 1)]']);
  const expression = random.pick(['{% $states.input %}', '{% $states.input.a[b=1] %}', '{% $count($states.input) %}']);
  const flow = isJsonata ? { Output: expression } : { InputPath: path };
  const call = random.pick([
    FUNCTION_ARN,
    'arn:aws:states:::sqs:sendMessage',
    'arn:aws:states:::aws-sdk:sqs:listQueues',
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    arn('states', 'activity:fuzz-activity'),
  ]);
  const retry = { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] };
  return random.pick<{ readonly [member: string]: Value }>([
    { Type: 'Pass', ...flow },
    { Type: 'Wait', Seconds: random.whole(0, 2), ...flow },
    { Type: 'Task', Resource: call, TimeoutSeconds: 5, ...(random.chance(0.5) && retry) },
    { Type: 'Parallel', Branches: [inner, inner], ...flow },
    {
      Type: 'Map',
      ItemProcessor: inner,
      ...(isJsonata ? { Items: [1, 2] } : { ItemsPath: path }),
      MaxConcurrency: random.whole(0, 2),
    },
  ]);
}
