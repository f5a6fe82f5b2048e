// Template properties in the words of an operation.
import { expect, test } from 'vitest';
import { refusalOf } from '../test-cloud.ts';
import { parseInput } from './parse-input.ts';

// powertools-lambda-typescript, examples/app, has a LogGroupName there.
test('a member that there is not is named as templates name it, with what was meant', async () => {
  const asked = parseInput('lambda', 'UpdateFunctionConfiguration', {
    LoggingConfig: { LogGroup: 'a', LogFormt: 'JSON' },
  });
  expect(await refusalOf(asked)).toBe(
    'ValidationException: The property LoggingConfig.LogFormt is not supported. Did you mean LogFormat?',
  );
  const other = parseInput('lambda', 'UpdateFunctionConfiguration', { LoggingConfig: { Nonsense: 1 } });
  expect(await refusalOf(other)).toBe('ValidationException: The property LoggingConfig.Nonsense is not supported.');
});
