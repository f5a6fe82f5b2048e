import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceModel } from './model.ts';
import { compileModelPattern } from './model-pattern.ts';
import { apigatewayModel } from './models/apigateway.ts';
import { apigatewayv2Model } from './models/apigatewayv2.ts';
import { cloudformationModel } from './models/cloudformation.ts';
import { eventsModel } from './models/events.ts';
import { iamModel } from './models/iam.ts';
import { lambdaModel } from './models/lambda.ts';
import { logsModel } from './models/logs.ts';
import { secretsmanagerModel } from './models/secretsmanager.ts';
import { sqsModel } from './models/sqs.ts';
import { ssmModel } from './models/ssm.ts';
import { stsModel } from './models/sts.ts';

const models: readonly ServiceModel[] = [
  ...[apigatewayModel, apigatewayv2Model, cloudformationModel, eventsModel, iamModel, lambdaModel, logsModel],
  ...[secretsmanagerModel, sqsModel, ssmModel, stsModel],
];
const patterns = new Set(
  models.flatMap(({ shapes }) =>
    Object.values(shapes).flatMap((shape) =>
      'pattern' in shape && shape.pattern !== undefined ? [shape.pattern] : [],
    ),
  ),
);
/** For what fast-check cannot sample: assertions, `\b`, an empty group. */
const ANY_SAMPLES = ['arn:aws:lambda:eu-west-1:123456789012:a/b', 'abc-1._', ' a1'];

function samplesOf(pattern: string): readonly string[] {
  try {
    return fc.sample(fc.stringMatching(compileModelPattern(pattern), { size: 'xsmall' }), { numRuns: 1, seed: 1 });
  } catch {
    return ANY_SAMPLES;
  }
}

/**
 * The sample with one or two of its characters repeated, wherever that matches, and what no pattern takes behind them.
 */
function attacksOf(sample: string, expression: RegExp): Iterable<string> {
  const attacks = new Map<string, string>();
  for (let place = 0; place < sample.length; place++) {
    for (const unit of new Set([sample.slice(place, place + 1), sample.slice(place, place + 2)])) {
      const before = sample.slice(0, place);
      if (!expression.test(before + unit.repeat(50) + sample.slice(place + unit.length))) continue;
      attacks.set(unit, `${before}${unit.repeat(300_000 / unit.length)}\n\0`);
    }
  }
  return attacks.values();
}

// No time is measured: where the steps grow with the square of a text, each of these would need 4 * 10^10.
test('every pattern of the models runs in linear time', () => {
  expect(patterns.size).toBeGreaterThan(100);
  for (const pattern of patterns) {
    const expression = compileModelPattern(pattern);
    for (const sample of samplesOf(pattern)) {
      for (const attack of attacksOf(sample, expression)) expression.test(attack);
    }
  }
});

test.each([
  ['^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$', [' ', '\t', 'a', 'é', ':', '\n']],
  ['^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$', [' ', '\t', 'a', ':', 'é', '\n']],
  ['^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:.+\\/.+$', ['/', 'a', '\n']],
])('what is written otherwise matches the same values: %s', (pattern, signs) => {
  expect(patterns).toContain(pattern);
  const [written, asGiven] = [compileModelPattern(pattern), new RegExp(`^(?:${pattern})$`)];
  const values = fc.array(fc.constantFrom(...signs), { maxLength: 8 }).map((some) => some.join(''));
  fc.assert(
    fc.property(values, (value) => {
      const whole = pattern.startsWith('^arn') ? `arn:aws:events:eu-west-1:123456789012:${value}` : value;
      expect(written.test(whole)).toBe(asGiven.test(whole));
    }),
    { numRuns: 1000 },
  );
});
