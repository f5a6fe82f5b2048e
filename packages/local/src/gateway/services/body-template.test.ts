// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have that form Mapping templates that only
// place values. Source: API Gateway developer guide, "API Gateway mapping template and access logging variable
// reference"; templates of aws-samples/serverless-patterns, named where they are from one.
import { expect, test } from 'vitest';
import { parseBodyTemplate, type TemplateView } from './body-template.ts';
import { memberOf } from './parameter-value.ts';

const body = Buffer.from(
  JSON.stringify({ id: 7, text: `it's "a"/b`, output: '{"sum":5}', deep: { list: [{ n: 1 }] } }),
);
const view: TemplateView = {
  member: (path) => memberOf(body, path),
  body: body.toString(),
  parameter: (name) => ({ Type: 'rejected', Token: Buffer.from('token').toString('base64') })[name] ?? '',
  variable: (name) => ({ 'context.httpMethod': 'POST', 'AWS::Region': 'eu-west-1' })[name] ?? '',
};
const fill = (template: string) => parseBodyTemplate(template)?.(view);

test.each([
  ["$input.json('$.id')", '7'],
  ["$input.json('$.text')", JSON.stringify(`it's "a"/b`)],
  ["$input.path('$.text')", `it's "a"/b`],
  ["$input.path('$.deep.list[0].n') $input.json('$.deep.list')", '1 [{"n":1}]'],
  ["$input.json('$.none')|$input.path('$.none')", '|'],
  ['$input.body', body.toString()],
  ["$util.escapeJavaScript($input.json('$.text'))", String.raw`\"it\'s \\\"a\\\"\/b\"`],
  [`$util.escapeJavaScript($input.json('$.text')).replaceAll("\\\\'","'")`, String.raw`\"it's \\\"a\\\"\/b\"`],
  ['{"method": "$context.httpMethod"}', '{"method": "POST"}'],
  ["$!input.params('Type') ${input.params('Type')}", 'rejected rejected'],
  ['costs 5$, #1, $5 and a # sign', 'costs 5$, #1, $5 and a # sign'],
  ['$nobody', '$nobody'],
])('%s', (template, text) => {
  expect(fill(template)).toBe(text);
});

// Source: serverless-patterns, apigw-rest-stepfunction and step-function-sync-rest-api.
test('what #set has named is placed', () => {
  expect(fill(`#set($data = $util.escapeJavaScript($input.json('$.id')))\n{"input": "$data"}`)).toBe('{"input": "7"}');
  expect(fill(`#set ($parsed = $util.parseJson($input.json('$.output')))\n$parsed`)).toBe('{"sum":5}');
  expect(fill(`#set($root = $input.path('$'))\n$root.output $root.deep.list`)).toBe('{"sum":5} [{"n":1}]');
});

// Source: serverless-patterns, apigw-sfn-crud.
test('texts are joined, and named anew', () => {
  const template = `#set($body= $input.json('$.id'))#set($root='{"data" :'+$body+',"method" :"'+$context.httpMethod+'"}')#set($api=$util.escapeJavaScript($root))#set($api=$api.replaceAll("\\\\'","'")){"input" :"$api"}`;
  expect(fill(template)).toBe(String.raw`{"input" :"{\"data\" :7,\"method\" :\"POST\"}"}`);
});

// Source: serverless-patterns, stepfunctions-sns-apigw-human-review.
test('functions are applied one within the other', () => {
  const template = `{"taskToken": "$util.base64Decode($util.escapeJavaScript($input.params('Token')))"}`;
  expect(fill(template)).toBe('{"taskToken": "token"}');
});

test.each([
  '#if($input.body)a#end',
  '#foreach($a in $b)$a#end',
  '#set($x = 1)',
  '$input.nothing()',
  '$util.qr($x)',
  '## a',
])('%s is more', (template) => {
  expect(parseBodyTemplate(template)).toBeUndefined();
});
