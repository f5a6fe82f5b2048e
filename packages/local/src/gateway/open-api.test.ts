import { describe, expect, test } from 'vitest';
import { parseOpenApi } from './open-api.ts';

test('a document is JSON or YAML', async () => {
  expect(await parseOpenApi('{"openapi":"3.0.1"}')).toEqual({ openapi: '3.0.1' });
  expect(await parseOpenApi('openapi: 3.0.1\npaths: {}\n')).toEqual({ openapi: '3.0.1', paths: {} });
});

describe('what is no document is refused', () => {
  const anchors = [
    'a: &a [x]',
    ...[...'bcdefg'].map((name, index) => `${name}: &${name} [${`*${'abcdef'[index]},`.repeat(10)}]`),
  ].join('\n');
  test.each([
    ['a number', '5'],
    ['null', 'null'],
    ['a list', '[{"openapi":"3.0.1"}]'],
    ['text', 'openapi'],
    ['nothing', ''],
    ['JSON with something behind it', '{"openapi":"3.0.1"}}'],
    ['no YAML', '%zz'],
    ['YAML that grows by aliases', anchors],
    ['YAML deeper than the stack', '['.repeat(20_000)],
  ])('%s', async (_what, text) => {
    await expect(parseOpenApi(text)).rejects.toMatchObject({
      code: 'BadRequestException',
      message: 'Unable to parse API definition because of a malformed document at the root.',
    });
  });
});
