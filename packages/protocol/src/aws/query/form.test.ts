import { expect, test } from 'vitest';
import { cloudformationModel } from '../models/cloudformation.ts';
import type { WireRequest } from '../wire.ts';
import { queryCodec } from './query.ts';

function decode(body: string) {
  const request: WireRequest = {
    method: 'POST',
    path: '/',
    query: '',
    headers: {},
    bytes: new Uint8Array(),
    text: () => body,
  };
  return queryCodec.decode(cloudformationModel, request);
}

function refusal(body: string): unknown {
  try {
    return decode(body);
  } catch (error) {
    return error instanceof Error ? { ...error, message: error.message } : error;
  }
}

test('numbered lists are read in the order of their numbers; blanks are + or %20; an empty list is a name without a value', () => {
  const body =
    'Action=CreateStack&Version=2010-05-15&StackName=s&Parameters.member.10.ParameterKey=J&Parameters.member.2.ParameterKey=B' +
    '&Parameters.member.2.ParameterValue=b%20c+d&Capabilities=&DisableRollback=true&TimeoutInMinutes=5&New.Thing=1';
  expect(decode(body)).toEqual({
    operation: 'CreateStack',
    input: {
      StackName: 's',
      Parameters: [{ ParameterKey: 'B', ParameterValue: 'b c d' }, { ParameterKey: 'J' }],
      Capabilities: [],
      DisableRollback: true,
      TimeoutInMinutes: 5,
    },
  });
});

test('names from outside reach no prototype', () => {
  expect(decode('Action=CreateStack&StackName=s&__proto__.polluted=1&constructor.prototype.polluted=1').input).toEqual({
    StackName: 's',
  });
  expect(decode('Action=constructor')).toEqual({ operation: 'constructor', input: {} });
});

test('forms that are not well formed are refused with codes of the Query protocol', () => {
  expect(refusal('Action=%E0%A4%A')).toMatchObject({
    code: 'MalformedQueryString',
    message: 'The query string contains a syntax error.',
    status: 404,
  });
  expect(refusal('StackName=s')).toMatchObject({
    code: 'MissingAction',
    message: 'The request is missing an action or a required parameter.',
  });
  expect(refusal('Action=CreateStack&TimeoutInMinutes=soon')).toMatchObject({
    code: 'MalformedInput',
    message: 'For input string: "soon"',
  });
  expect(refusal('Action=CreateStack&DisableRollback=perhaps')).toMatchObject({
    code: 'MalformedInput',
    message: 'Expected true or false, found "perhaps"',
  });
});
