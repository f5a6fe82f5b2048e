// Macros by a function. Sources: CloudFormation user guide, "Overview of CloudFormation macros" and "Creating macros";
// sentences recorded on AWS, LocalStack cloudformation test_template_engine.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud.ts';
import { callerOf, createTestCloud, putStack, refusalOf } from '../../../test-cloud.ts';
import { createIamService } from '../../iam/service.ts';
import { createLambdaService } from '../../lambda/service.ts';
import { createLogsService } from '../../logs/service.ts';
import { createSqsService } from '../../sqs/service.ts';
import { createCloudFormationService } from '../service.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = createTestCloud(
    createSqsService,
    createIamService,
    createLogsService,
    createLambdaService,
    createCloudFormationService,
  );
  await putStack(cloud, 'macros', MACROS);
});
afterEach(() => cloud.close());

const cfn = callerOf('cloudformation', () => cloud);

/** `Echo` leaves what it was asked in the queue's name-tags; the others do what they are called. */
const MACROS = `
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: macros
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 20
      Role: !Sub arn:aws:iam::\${AWS::AccountId}:role/r
      Code:
        ZipFile: |
          exports.handler = async ({ transformId, requestId, fragment, params, templateParameterValues, region }) => {
            const name = transformId.split('::')[1];
            const answer = { requestId, status: 'success' };
            if (name === 'Delay') {
              for (const one of Object.values(fragment.Resources)) {
                one.Properties = { ...one.Properties, DelaySeconds: Number(params.Seconds) };
              }
              return { ...answer, fragment };
            }
            if (name === 'Upper') return { ...answer, fragment: params.Text.toUpperCase() };
            if (name === 'Siblings') return { ...answer, fragment: { ...fragment, QueueName: templateParameterValues.Name + region } };
            if (name === 'Refuses') return { ...answer, status: 'failed', errorMessage: 'not today' };
            if (name === 'Silent') return { ...answer, status: 'failed' };
            if (name === 'Text' || name === 'List') return { ...answer, fragment: name === 'Text' ? 'x' : [] };
            if (name === 'Deep') return { ...answer, fragment: JSON.parse('['.repeat(3000) + ']'.repeat(3000)) };
            if (name === 'Throws') throw new Error('broken');
            return 'nothing';
          };
${['Delay', 'Upper', 'Siblings', 'Refuses', 'Silent', 'Text', 'List', 'Deep', 'Throws', 'Malformed']
  .map(
    (name) => `  ${name}: {Type: AWS::CloudFormation::Macro, Properties: {Name: ${name}, FunctionName: !Ref Function}}`,
  )
  .join('\n')}
`;

async function processed(TemplateBody: string): Promise<unknown> {
  const Capabilities = ['CAPABILITY_AUTO_EXPAND' as const];
  await cfn('CreateStack', { StackName: 'shop', TemplateBody, Capabilities });
  const { TemplateBody: text = '' } = await cfn('GetTemplate', { StackName: 'shop', TemplateStage: 'Processed' });
  return JSON.parse(text);
}

test('a macro of the whole template gets it with its own parameters, and what it returns is deployed', async () => {
  const template = `
Transform: [{Name: Delay, Parameters: {Seconds: 7}}, AWS::LanguageExtensions]
Resources:
  Plain: {Type: AWS::SQS::Queue}
`;
  expect(await processed(template)).toEqual({
    Resources: { Plain: { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 7 } } },
  });
});

test('Fn::Transform gets what stands beside it, and returns what takes its place; a text too', async () => {
  const template = `
Parameters: {Name: {Type: String, Default: pear}}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 3
      Fn::Transform: {Name: Siblings}
Outputs:
  Loud: {Value: !Transform {Name: Upper, Parameters: {Text: !Sub '\${Name}s'}}}
`;
  expect(await processed(template)).toMatchObject({
    Resources: { Queue: { Properties: { DelaySeconds: 3, QueueName: 'peareu-west-1' } } },
    Outputs: { Loud: { Value: 'PEARS' } },
  });
});

test.each([
  ['Refuses', 'Transform 123456789012::Refuses failed with: not today (line 2)'],
  ['Silent', 'Transform 123456789012::Silent failed without an error message. (line 2)'],
  ['Throws', 'Received malformed response from transform 123456789012::Throws. (line 2)'],
  ['Malformed', 'Received malformed response from transform 123456789012::Malformed. (line 2)'],
  // Ours: it would be a template that cannot be read.
  ['Text', 'Template format error: unsupported structure. (line 2)'],
  ['List', 'Template format error: unsupported structure. (line 2)'],
  ['Deep', 'Received malformed response from transform 123456789012::Deep. (line 2)'],
  ['Nobody', 'No transform named Nobody found. (line 2)'],
])('the macro %s fails the template in the words of CloudFormation', async (name, message) => {
  const TemplateBody = `
Transform: ${name}
Resources: {Queue: {Type: AWS::SQS::Queue}}
`;
  const input = { StackName: 'shop', TemplateBody, Capabilities: ['CAPABILITY_AUTO_EXPAND' as const] };
  expect(await refusalOf(cfn('CreateStack', input))).toBe(`ValidationError: ${message}`);
});

test('a name of a macro that is no text is refused', async () => {
  const TemplateBody = `
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {'Fn::Transform': {Name: [Upper]}}}
`;
  expect(await refusalOf(cfn('CreateStack', { StackName: 'shop', TemplateBody }))).toBe(
    'ValidationError: Key Name of transform definition must be a string. (line 3)',
  );
});

test('what is wrong with what a macro returned is told with the line where it stood', async () => {
  const TemplateBody = `
Transform: {Name: Delay, Parameters: {Seconds: 1}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {Colour: green}}
`;
  const input = { StackName: 'shop', TemplateBody, Capabilities: ['CAPABILITY_AUTO_EXPAND' as const] };
  expect(await refusalOf(cfn('CreateStack', input))).toBe(
    'ValidationError: Encountered unsupported property Colour of resource Queue (AWS::SQS::Queue) (line 4)',
  );
});

// Source: recorded on AWS, LocalStack cloudformation test_transformers.
test('the processed template shows what the language extensions make of it', async () => {
  const template = `
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: 'a,b,c'}}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: {'Fn::Length': !Ref Names}}}
Outputs:
  List: {Value: {'Fn::ToJsonString': !Ref Names}}
  Own: {Value: {'Fn::ToJsonString': [!GetAtt Queue.Arn]}}
`;
  expect(await processed(template)).toMatchObject({
    Resources: { Queue: { Properties: { DelaySeconds: 3 } } },
    Outputs: {
      List: { Value: '["a","b","c"]' },
      Own: { Value: { 'Fn::ToJsonString': [{ 'Fn::GetAtt': ['Queue', 'Arn'] }] } },
    },
  });
});
