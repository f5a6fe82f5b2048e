// Retry and Catch.
//
// Source: Step Functions developer guide, "Handling errors"; measured with ValidateStateMachineDefinition, 2026-09-05
// (badmintoncryer/cdk-preflight, pf-sfn-asl-retry-catch and pf-sfn-asl-numeric-ranges: IntervalSeconds 0 is accepted).
import { isArray, isObject, type Json } from '../../json.ts';
import { fail, inside, type Place } from '../place.ts';
import { both, type Check, jsonata, jsonPath, object, required, type Shape } from './shape.ts';
import { assignments, expressions, seeing } from './templates.ts';
import { filled, float, integer, list, nullable, oneOf, resultPath, text } from './values.ts';

export const RETRIER: Shape = {
  fields: {
    ErrorEquals: required(both(filled(text))),
    Comment: both(text),
    IntervalSeconds: both(integer({ min: 0, max: 99_999_999 })),
    MaxAttempts: both(integer({ min: 0, max: 99_999_999 })),
    BackoffRate: both(float({ min: 1 })),
    MaxDelaySeconds: both(integer({ min: 1, max: 31_622_400 })),
    JitterStrategy: both(oneOf('NONE', 'FULL')),
  },
};

export const CATCHER: Shape = {
  fields: {
    ErrorEquals: required(both(filled(text))),
    Next: required(both(text)),
    Comment: both(text),
    Assign: both(seeing('errorOutput', assignments)),
    ResultPath: jsonPath(nullable(resultPath)),
    Output: jsonata(seeing('errorOutput', expressions)),
  },
};

export const retriers: Check = lastAlone(list(object(RETRIER)));
export const catchers: Check = lastAlone(list(object(CATCHER)));

/** `States.ALL` stands alone, in the last one. */
function lastAlone(check: Check): Check {
  return (value, at) => {
    check(value, at);
    if (!isArray(value)) return;
    for (const [index, item] of value.entries()) {
      checkWildcard(namesOf(item), {
        isLast: index === value.length - 1,
        at: inside(inside(at, value, index), item, 'ErrorEquals'),
      });
    }
  };
}

function checkWildcard(names: readonly Json[], { isLast, at }: { isLast: boolean; at: Place }): void {
  const place = names.indexOf('States.ALL');
  if (place === -1 || (isLast && names.length === 1)) return;
  // Source: aws/aws-cdk issue 10530.
  fail(inside(at, names, place), 'States.ALL must appear alone and at end of list');
}

function namesOf(item: Json): readonly Json[] {
  const names = isObject(item) ? item['ErrorEquals'] : undefined;
  return isArray(names) ? names : [];
}
