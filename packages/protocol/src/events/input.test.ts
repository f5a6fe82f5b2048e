// What targets get, as native captures (September 2026) and answers recorded on AWS have it.
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../aws/errors.ts';
import { checkInputSettings, type InputSettings, shapeInput } from './input.ts';

const DETAIL =
  '{"name":"hello","n":1.50,"flag":true,"nothing":null,"list":["one","two",{"x":3}],"map":{"first":"one","second":2},"quoted":"a \\"b\\"","a/b":7,"empty":""}';
const EVENT = `{"version":"0","id":"11111111-2222-3333-4444-555555555555","detail-type":"Order","source":"shop","account":"123456789012","time":"2026-01-01T00:00:00Z","region":"eu-west-1","resources":[],"detail":${DETAIL}}`;

const PATHS = {
  name: '$.detail.name',
  n: '$.detail.n',
  nothing: '$.detail.nothing',
  list: '$.detail.list',
  map: '$.detail.map',
  quoted: '$.detail.quoted',
  missing: '$.detail.missing',
};

const shape = (settings: InputSettings) =>
  shapeInput(settings, EVENT, {
    ruleName: 'all',
    ruleArn: 'arn:aws:events:eu-west-1:123456789012:rule/all',
    ingestionTime: Date.UTC(2026, 0, 1, 12, 17, 30, 408),
  });
const transform = (InputTemplate: string) => shape({ InputTransformer: { InputPathsMap: PATHS, InputTemplate } });

function refusalOf(settings: InputSettings): string {
  try {
    checkInputSettings(settings, 'T');
  } catch (error) {
    if (error instanceof ServiceError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('Input and InputPath', () => {
  test('without settings the target gets the event', () => {
    expect(shape({})).toEqual({ text: EVENT, valid: true });
  });

  test('Input is delivered as it was written', () => {
    expect(shape({ Input: '{ "a" : 1 }' })).toEqual({ text: '{ "a" : 1 }', valid: true });
  });

  test.each([
    ['$', EVENT],
    ['$.detail.name', '"hello"'],
    ['$.detail.n', '1.50'],
    ['$.detail.map', '{"first":"one","second":2}'],
    ['$.detail.list[1]', '"two"'],
    ['$.detail.list[*].x', '[3]'],
    ['$.detail.a/b', '7'],
    ['$.detail-type', '"Order"'],
    ['$.detail.missing', '{}'],
    ['$.detail.nothing', '{}'],
    ['$.detail.name.deeper', '{}'],
    ['', '{}'],
  ])('InputPath %s delivers %s', (InputPath, text) => {
    expect(shape({ InputPath })).toEqual({ text, valid: true });
  });
});

describe('InputTransformer', () => {
  test.each([
    ['{"v": <name>}', '{"v": "hello"}'],
    ['{"v": <n>}', '{"v": 1.50}'],
    ['{"v": <nothing>}', '{"v": null}'],
    ['{"v": <missing>}', '{"v": ""}'],
    ['{"v": <list>, "w": <map>}', '{"v": ["one","two",{"x":3}], "w": {"first":"one","second":2}}'],
    ['{"v": "for <name>, <n>"}', '{"v": "for hello, 1.50"}'],
    ['{"v": "it is <quoted>"}', '{"v": "it is a \\"b\\""}'],
    ['{"v": "gone: <missing>"}', '{"v": "gone: "}'],
    [' {"v": 1}', ' {"v": 1}'],
  ])('a JSON template keeps types: %s', (template, text) => {
    expect(transform(template)).toEqual({ text, valid: true });
  });

  test.each([
    ['"order <name> <n>"', '"order hello 1.50"'],
    ['"<map> <list>"', '"{first:one,second:2} [one,two,{x:3}]"'],
    ['"gone: <missing>, <nothing>"', '"gone: , null"'],
    ['"<name>"\n"<n>"', '"hello"\n"1.50"'],
    ['<n>', '1.50'],
    ['[<n>, <nothing>]', '[1.50, null]'],
  ])('a text template puts bare text in: %s', (template, text) => {
    expect(transform(template)).toEqual({ text, valid: true });
  });

  test.each([
    ['[<name>]', '[hello]'],
    ['<name>', 'hello'],
    ['"<quoted>"', '"a "b""'],
    ['{"v": "all of <map>"}', '{"v": "all of {"first":"one","second":2}"}'],
  ])('what becomes no JSON is invalid: %s', (template, text) => {
    expect(transform(template)).toEqual({ text, valid: false });
  });

  test("AWS's own placeholders", () => {
    const template =
      '{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>", "at": <aws.events.event.ingestion-time>, "event": <aws.events.event>}';
    expect(transform(template).text).toBe(
      '{"rule": "all", "arn": "arn:aws:events:eu-west-1:123456789012:rule/all", "at": "2026-01-01T12:17:30.408Z", "event": ' +
        '{"id":"11111111-2222-3333-4444-555555555555","account":"123456789012","detailType":"Order","time":1767225600000,' +
        '"source":"shop","region":"eu-west-1","resources":[],"version":"0"}}',
    );
    expect(transform('{"all": <aws.events.event.json>}').text).toBe(`{"all": ${EVENT}}`);
  });

  test('a placeholder that nothing explains is literal text when there is no map', () => {
    const bare = (InputTemplate: string) => shape({ InputTransformer: { InputTemplate } });
    expect(bare('"hello <who>"')).toEqual({ text: '"hello <who>"', valid: true });
    expect(bare('{"v": <who>}')).toEqual({ text: '{"v": <who>}', valid: false });
  });
});

describe('PutTargets refuses', () => {
  const transformer = (InputTemplate: string, InputPathsMap?: Record<string, string>): InputSettings => ({
    InputTransformer: { InputTemplate, ...(InputPathsMap && { InputPathsMap }) },
  });

  test.each<[InputSettings, string]>([
    [
      { Input: '1', InputPath: '$' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target T.',
    ],
    [
      { Input: 'not-json' },
      'JSON syntax error in input for target T: [Source: (String)"not-json"; line: 1, column: 1]',
    ],
    [{ Input: '' }, 'accepted'],
    [{ InputPath: '' }, 'accepted'],
    [{ InputPath: 'detail' }, 'InputPath for target T is invalid.'],
    [{ InputPath: "$['detail']" }, 'InputPath for target T is invalid.'],
    [{ InputPath: '$..name' }, 'InputPath for target T is invalid.'],
    [{ InputPath: '$.detail.*' }, 'InputPath for target T is invalid.'],
    [{ InputPath: '$.list[-1]' }, 'InputPath for target T is invalid.'],
    [{ InputPath: '$.list[0:2]' }, 'InputPath for target T is invalid.'],
    [transformer('"<a>"', { a: '' }), 'InputPath for target T is invalid.'],
    [
      transformer('"<a> <notdefinedkey>"', { a: '$.id' }),
      'InputTemplate for target T contains invalid placeholder notdefinedkey.',
    ],
    [transformer('"<notdefinedkey>"'), 'accepted'],
    [transformer('{"<a>": 1}', { a: '$.id' }), 'InputTemplate placeholder present as a JSON object key for target T.'],
    [
      transformer('{"x": "<a>", "<a> \\"<a>" : 1}', { a: '$.id' }),
      'InputTemplate placeholder present as a JSON object key for target T.',
    ],
    [
      transformer('hello <a>', { a: '$.id' }),
      'Invalid InputTemplate for target T : [Source: (String)"hello null"; line: 1, column: 1].',
    ],
    [
      transformer('"<aws.events.event.json>"'),
      'InputTemplate for target T contains placeholder aws.events.event.json valid only for JSON template.',
    ],
    [transformer('"{[/ special <a>"', { a: '$.id' }), 'accepted'],
  ])('%j: %s', (settings, message) => {
    expect(refusalOf(settings)).toBe(message);
  });
});
