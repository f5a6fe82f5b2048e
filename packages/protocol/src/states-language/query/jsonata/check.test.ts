import { expect, test } from 'vitest';
import { checkExpression } from './check.ts';

const messagesOf = async (expression: string, ...members: ('result' | 'errorOutput')[]) =>
  (await checkExpression(expression, members)).map(({ code, message }) => `${code}: ${message}`);

// Source: measured with ValidateStateMachineDefinition by a third party (Floci,
// StepFunctionsValidateStateMachineDefinitionIntegrationTest, invalidJsonataExpressions).
test.each([
  ['a[1,2)', 'Expected "]", got ","'],
  ['"unterminated', 'String literal must be terminated by a matching quote'],
  ['1 +', 'Unexpected end of expression'],
  ['{"a":}', 'The symbol "}" cannot be used as a unary operator'],
  ['$x :=', 'Unexpected end of expression'],
  ['$match("a", /abc', 'No terminating / in regular expression'],
  ['phone %.other', 'The symbol "." cannot be used as a unary operator'],
  ['', 'Unexpected end of expression'],
])('%s does not parse', async (expression, message) => {
  expect(await messagesOf(expression)).toEqual([`INVALID_JSONATA_EXPRESSION: ${message}`]);
});

// Source: the same, StepFunctionsJsonataTopLevelReferences: only a path's first step looks at what is not there.
test.each([
  ['phone', ['phone']],
  ['phone.home & $states.input.x', ['phone']],
  ['phone[1] + phone', ['phone']],
  ['$map($states.input.a, function($x){ b })', ['b']],
  ["{'k': v, w: 1}", ['v', 'w']],
  ['$states.input.items[value > 3]', []],
  ['$states.input.items.(a + b)', []],
  ['$states.input.items^(price)', []],
  ['$states.input.items{kind: $sum(price)}', []],
  ['$states.input ~> |a|{"b": c}, ["d"]|', []],
  ['$x.y + $sum([1, 2])', []],
])('%s refers at the top level to %j', async (expression, names) => {
  expect(await messagesOf(expression)).toEqual(
    names.map((name) => `UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${name}' at the top level is not supported.`),
  );
});

test('$$ and members of $states that there are not are refused', async () => {
  expect(await messagesOf('$$')).toEqual(["UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported."]);
  expect(await messagesOf('$states.errorOutput.Error')).toEqual([
    "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist.",
  ]);
  expect(await messagesOf('$states.result & $states.input & $states.context')).toEqual([
    "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.result' does not exist.",
  ]);
  expect(await messagesOf('$states.errorOutput & $states.result', 'result', 'errorOutput')).toEqual([]);
});
