// Custom resources through CloudFormation's own SDK, with functions that really answer over HTTP. Sources: CloudFormation user
// guide, "Custom resources", "cfn-response module"; template reference, AWS::CloudFormation::CustomResource.
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { S3 } from '@aws-sdk/client-s3';
import { createClock, type Local, startLocal } from '@earwitness/local';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findInterpreter } from '../packages/local/src/functions/python/interpreter.ts';

let local: Local;
let cfn: CloudFormationClient;
beforeEach(async () => {
  local = await startLocal({ clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }) });
  cfn = clientOf(local);
});
afterEach(async () => {
  cfn.destroy();
  await local.close();
});

function clientOf({ url: endpoint }: Local): CloudFormationClient {
  const credentials = { accessKeyId: '111122223333', secretAccessKey: 'x' };
  return new CloudFormationClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
}

/** A function that answers what its properties say, and prints what it was asked. */
const MAKER = `
  Maker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 20
      Role: !Sub arn:aws:iam::\${AWS::AccountId}:role/maker
      Code:
        ZipFile: |
          exports.handler = async (event) => {
            console.log('ASKED ' + JSON.stringify(event));
            const { Status = 'SUCCESS', Id, Throws, Silent, Answer } = event.ResourceProperties;
            if (Silent) return;
            if (Throws) throw new TypeError(Throws);
            const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = Id } = event;
            const isUpdate = event.RequestType === 'Update';
            const answer = {
              Status: event.RequestType === 'Delete' ? 'SUCCESS' : Status, Reason: 'no more apples',
              PhysicalResourceId: isUpdate ? Id : PhysicalResourceId, StackId, RequestId, LogicalResourceId,
              Data: event.ResourceProperties.Data, NoEcho: event.ResourceProperties.Hides === 'true',
            };
            const body = Answer || JSON.stringify(answer);
            await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
          };
`;

const template = (properties: string, more = '') => `
Resources:
${MAKER}
  Thing:
    Type: Custom::Thing
    Properties: {ServiceToken: !GetAtt Maker.Arn, Id: pear, ${properties}}
${more}
`;

/** Resolves with the stack's status when it has come to rest. */
async function settled(work: () => Promise<unknown>): Promise<string> {
  let leave = () => {};
  const end = new Promise<string>((resolve) => {
    leave = local.cloud.journal.listen((fact) => {
      if (fact.kind !== 'stack' || fact.logicalId !== 'shop') return;
      if (!fact.status.endsWith('_IN_PROGRESS')) resolve(fact.status);
    });
  });
  await work();
  const status = await end;
  leave();
  return status;
}

const create = (TemplateBody: string) =>
  settled(() => cfn.send(new CreateStackCommand({ StackName: 'shop', TemplateBody })));
const update = (TemplateBody: string) =>
  settled(() => cfn.send(new UpdateStackCommand({ StackName: 'shop', TemplateBody })));
const remove = () => settled(() => cfn.send(new DeleteStackCommand({ StackName: 'shop' })));

/** What happened to the custom resource and the stack, in order; ids are left out. */
async function story(stackId?: string): Promise<string[]> {
  const { StackEvents = [] } = await cfn.send(new DescribeStackEventsCommand({ StackName: stackId ?? 'shop' }));
  return StackEvents.toReversed()
    .filter(({ LogicalResourceId: id }) => id === 'Thing' || id === 'shop')
    .map(({ LogicalResourceId, PhysicalResourceId = '', ResourceStatus, ResourceStatusReason: reason }) =>
      [
        LogicalResourceId,
        ResourceStatus,
        ...(LogicalResourceId === 'Thing' && PhysicalResourceId !== '' ? [withoutIds(PhysicalResourceId)] : []),
        ...(reason === undefined ? [] : [withoutIds(reason)]),
      ].join(' '),
    );
}

const withoutIds = (text: string) =>
  text.replace(/[0-9a-f]{8}-[-0-9a-f]{27}/g, '<id>').replace(/-[A-Z0-9]{12}\b/g, '-<word>');

/** The requests that the function was sent, in order. */
function asked(): Record<string, unknown>[] {
  return local.cloud.journal
    .read()
    .flatMap((fact) => (fact.kind === 'function.log' ? [fact.line] : []))
    .flatMap((line) => /ASKED (\{.*\})/.exec(line)?.[1] ?? [])
    .map((text) => JSON.parse(text));
}

async function outputs(): Promise<Record<string, string>> {
  const { Stacks: [stack] = [] } = await cfn.send(new DescribeStacksCommand({ StackName: 'shop' }));
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

const SHOWN = `
Outputs:
  Id: {Value: !Ref Thing}
  Colour: {Value: !GetAtt Thing.Colour}
  Dotted: {Value: !GetAtt Thing.Size.Width}
  Second: {Value: !Select [1, !GetAtt Thing.Sizes]}
`;
const DATA = 'Data: {Colour: green, Size.Width: 7, Sizes: [s, m]}';

test('its function is asked, and what it answers are its id and its attributes', async () => {
  expect(await create(template(`N: 3, Flag: true, List: [1], ${DATA}`, SHOWN))).toBe('CREATE_COMPLETE');
  expect(await outputs()).toEqual({ Id: 'pear', Colour: 'green', Dotted: '7', Second: 'm' });
  const [request] = asked();
  expect(request).toEqual({
    RequestType: 'Create',
    ServiceToken: expect.stringMatching(/^arn:aws:lambda:eu-west-1:111122223333:function:shop-Maker-/),
    ResponseURL: expect.stringContaining(`${local.url}/_aws/cloudformation/responses/`),
    StackId: expect.stringContaining(':stack/shop/'),
    RequestId: expect.stringMatching(/^[-0-9a-f]{36}$/),
    LogicalResourceId: 'Thing',
    ResourceType: 'Custom::Thing',
    ResourceProperties: {
      ServiceToken: request?.['ServiceToken'],
      Id: 'pear',
      N: '3',
      Flag: 'true',
      List: ['1'],
      Data: { Colour: 'green', 'Size.Width': '7', Sizes: ['s', 'm'] },
    },
  });
});

test('FAILED fails the stack with its reason, and the rollback deletes what it names', async () => {
  expect(await create(template('Status: FAILED'))).toBe('ROLLBACK_COMPLETE');
  expect(await story()).toEqual([
    'shop CREATE_IN_PROGRESS User Initiated',
    'Thing CREATE_IN_PROGRESS',
    'Thing CREATE_FAILED pear Received response status [FAILED] from custom resource. Message returned: no more apples (RequestId: <id>) (resource Thing, line 29)',
    'shop ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Thing]. Rollback requested by user.',
    'Thing DELETE_IN_PROGRESS pear',
    'Thing DELETE_COMPLETE pear',
    'shop ROLLBACK_COMPLETE',
  ]);
  expect(asked().map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId])).toEqual([
    ['Create', undefined],
    ['Delete', 'pear'],
  ]);
});

test('another id is another resource: the former one is deleted when the update is done', async () => {
  await create(template('N: 1'));
  expect(await update(template('N: 2').replace('Id: pear', 'Id: plum'))).toBe('UPDATE_COMPLETE');
  expect((await story()).slice(4)).toEqual([
    'shop UPDATE_IN_PROGRESS User Initiated',
    'Thing UPDATE_IN_PROGRESS pear',
    'Thing UPDATE_COMPLETE plum',
    'shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Thing DELETE_IN_PROGRESS pear',
    'Thing DELETE_COMPLETE pear',
    'shop UPDATE_COMPLETE',
  ]);
  const [, updated, deleted] = asked();
  expect(updated).toMatchObject({
    RequestType: 'Update',
    PhysicalResourceId: 'pear',
    ResourceProperties: { N: '2', Id: 'plum' },
    OldResourceProperties: { N: '1', Id: 'pear' },
  });
  expect(deleted).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: 'pear', ResourceProperties: { N: '1' } });
});

test('an update that is taken back is asked for with properties the other way round, and the new one is deleted', async () => {
  await create(template('N: 1'));
  const failing = '  Bad: {Type: AWS::SQS::Queue, DependsOn: Thing, Properties: {DelaySeconds: 5000}}';
  const text = template('N: 2', failing).replace('Id: pear', 'Id: plum');
  expect(await update(text)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(asked().map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId])).toEqual([
    ['Create', undefined],
    ['Update', 'pear'],
    ['Update', 'plum'],
    ['Delete', 'plum'],
  ]);
  expect(asked()[2]).toMatchObject({ ResourceProperties: { Id: 'pear' }, OldResourceProperties: { Id: 'plum' } });
});

test('nothing is asked when nothing has changed, and it is deleted with its stack', async () => {
  await create(template('N: 1'));
  await update(template('N: 1', '  Queue: {Type: AWS::SQS::Queue}'));
  expect(asked().map(({ RequestType }) => RequestType)).toEqual(['Create']);
  expect(await remove()).toBe('DELETE_COMPLETE');
  expect(asked().map(({ RequestType }) => RequestType)).toEqual(['Create', 'Delete']);
});

test('another service token is refused', async () => {
  await create(template('N: 1'));
  const text = template('N: 1').replace('Maker.Arn', 'Other.Arn').concat(MAKER.replace('Maker:', 'Other:'));
  expect(await update(text)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await story()).find((line) => line.includes('UPDATE_FAILED'))).toBe(
    'Thing UPDATE_FAILED pear Modifying service token is not allowed. (resource Thing, line 29)',
  );
});

// Source of the range: template reference, AWS::CloudFormation::CustomResource, ServiceTimeout.
test.each(['{toString: x}', '[5]', '"0x5"', '0', '3601', 'true'])('the time-out %s is refused', async (seconds) => {
  expect(await create(template(`ServiceTimeout: ${seconds}`))).toBe('ROLLBACK_COMPLETE');
  expect((await story()).join('\n')).toContain(
    'CREATE_FAILED ServiceTimeout is a whole number of seconds from 1 to 3600',
  );
});

test('many of them in a stack, one after the other, leave no listener of the cloud behind', async () => {
  const warned: string[] = [];
  const hear = ({ name }: Error) => warned.push(name);
  process.on('warning', hear);
  const more = Array.from(
    { length: 12 },
    (_, n) => `  More${n}: {Type: Custom::Thing, Properties: {ServiceToken: !GetAtt Maker.Arn, Id: plum${n}}}`,
  );
  expect(await create(template('Data: {}', more.join('\n')))).toBe('CREATE_COMPLETE');
  process.off('warning', hear);
  expect(warned).toEqual([]);
});

test('one that never answers fails after its time-out, by the clock of the cloud', async () => {
  const { StackId } = await cfn.send(
    new CreateStackCommand({
      StackName: 'shop',
      TemplateBody: template('Silent: yes, ServiceTimeout: 30'),
      OnFailure: 'DO_NOTHING',
    }),
  );
  const ended = settled(async () => {});
  await local.clock.advance(29_000);
  expect((await story(StackId)).at(-1)).toBe('Thing CREATE_IN_PROGRESS');
  await local.clock.advance(1_000);
  expect(await ended).toBe('CREATE_FAILED');
  expect((await story(StackId)).at(-2)).toMatch(
    /^Thing CREATE_FAILED shop-Thing-<word> CloudFormation did not receive a response from your Custom Resource\. Please check your logs for requestId \[<id>\]\. If you are using/,
  );
});

test('one whose function throws fails at once, with its error', async () => {
  expect(await create(template('Throws: no apples'))).toBe('ROLLBACK_FAILED');
  expect((await story())[2]).toMatch(
    /^Thing CREATE_FAILED shop-Thing-<word> The function shop-Maker-<word> failed and has sent no response: TypeError: no apples/,
  );
});

test.each([
  ['no id', '{"Status":"SUCCESS"}', 'Invalid PhysicalResourceId'],
  [
    'too long',
    `{"Status":"SUCCESS","PhysicalResourceId":"a","x":"${'x'.repeat(4096)}"}`,
    'Response object is too long.',
  ],
  ['no JSON', 'pear', 'Invalid response: the body of the response must be a JSON object.'],
])('a response that is wrong (%s) fails it', async (_, answer, reason) => {
  await create(template(`Answer: '${answer}'`));
  expect((await story())[2]).toBe(`Thing CREATE_FAILED shop-Thing-<word> ${reason} (resource Thing, line 29)`);
});

test('NoEcho hides its attributes in outputs, and not from who uses them', async () => {
  const more = `
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Thing.Colour}}
Outputs:
  Colour: {Value: !GetAtt Thing.Colour}
  Queue: {Value: !GetAtt Queue.QueueName}
`;
  await create(template('Hides: true, Data: {Colour: green}', more));
  expect(await outputs()).toEqual({ Colour: '*****', Queue: 'green' });
});

test('an attribute that it does not have is told by its name', async () => {
  await create(template('N: 1', 'Outputs: {Nope: {Value: !GetAtt Thing.Nope}}'));
  const [reason] = (await story()).filter((line) => line.includes('ROLLBACK_IN_PROGRESS'));
  expect(reason?.replace(/arn:\S+?<id>/, '<stack>')).toBe(
    "shop ROLLBACK_IN_PROGRESS CustomResource attribute error: Vendor response doesn't contain Nope key in object <stack>|Thing|<id> (line 32) Rollback requested by user.",
  );
});

const inline = (runtime: string, code: string) => `
Resources:
  Maker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: ${runtime}
      Handler: index.handler
      Timeout: 20
      Role: !Sub arn:aws:iam::\${AWS::AccountId}:role/maker
      Code:
        ZipFile: |
${code.replace(/^/gm, '          ')}
  Thing: {Type: AWS::CloudFormation::CustomResource, Properties: {ServiceToken: !GetAtt Maker.Arn}}
Outputs:
  Id: {Value: !Ref Thing}
  Colour: {Value: !GetAtt Thing.Colour}
`;

test('inline code in Node finds cfn-response', async () => {
  const code = `const response = require('cfn-response');
exports.handler = (event, context) => response.send(event, context, response.SUCCESS, { Colour: 'green' }, 'pear');`;
  expect(await create(inline('nodejs20.x', code))).toBe('CREATE_COMPLETE');
  expect(await outputs()).toEqual({ Id: 'pear', Colour: 'green' });
});

test.skipIf(!(await findInterpreter('python3.12')))('inline code in Python finds cfnresponse', async () => {
  const code = `import cfnresponse
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Colour": "green"}, "pear")`;
  expect(await create(inline('python3.12', code))).toBe('CREATE_COMPLETE');
  expect(await outputs()).toEqual({ Id: 'pear', Colour: 'green' });
});

// Sources: aws-cdk-lib 2.276.0, custom-resource-handlers (hostname and path); osls 4.3.1, custom-resources/resources/utils.js, and
// the cfn-response module as the user guide prints it (hostname, port 443 and path).
describe.each(['worker', 'process'] as const)('in a %s, a handler of others', (isolation) => {
  test.each([
    ['asks for the host and the path by https', `require('https').request({ hostname, path, method, headers }, done)`],
    ['names port 443 as well', `require('node:https').request({ hostname, port: 443, path, method, headers }, done)`],
    [
      'imports https and has an agent',
      `(await import('node:https')).request({ hostname, path, method, headers, agent: new (require('https').Agent)() }, done)`,
    ],
    ['gives a URL', `require('https').request(new URL('https://' + hostname + path), { method, headers }, done)`],
  ])('%s', async (_what, request) => {
    await local.close();
    local = await startLocal({ clock: createClock({ frozenAt: Date.UTC(2026, 0, 1) }), isolation });
    cfn = clientOf(local);
    const code = `exports.handler = async (event) => {
  const { hostname, path } = require('url').parse(event.ResponseURL);
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'pear', StackId, RequestId, LogicalResourceId, Data: { Colour: 'green' } });
  const [method, headers] = ['PUT', { 'content-type': '', 'content-length': Buffer.byteLength(body) }];
  await new Promise(async (resolve, reject) => {
    const done = (response) => { response.resume(); response.on('end', resolve); };
    const sent = ${request};
    sent.on('error', reject);
    sent.end(body);
  });
};`;
    expect(await create(inline('nodejs20.x', code))).toBe('CREATE_COMPLETE');
    expect(await outputs()).toEqual({ Id: 'pear', Colour: 'green' });
  });
});

test('it stands in where its function does', async () => {
  expect(await create(inline('ruby3.3', 'def handler(event:, context:) end'))).toBe('CREATE_COMPLETE');
  expect(await outputs()).toMatchObject({ Colour: 'Thing-Colour' });
  expect(await remove()).toBe('DELETE_COMPLETE');
});

// Source: aws-cdk-lib 2.276.0, custom-resource-handlers/dist/aws-s3/notifications-resource-handler/index.py.
describe("CDK's notifications of a bucket, where its function does not run,", () => {
  const notifying = (Managed: boolean, event: string) => `
Resources:
  Handler:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: ruby3.3
      Handler: index.handler
      Role: !Sub arn:aws:iam::\${AWS::AccountId}:role/handler
      Code: {ZipFile: 'def handler(event:, context:) end'}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: letters}}
  Allowed:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: 'sqs:*', Resource: '*'}]
  Thing:
    Type: Custom::S3BucketNotifications
    DependsOn: Allowed
    Properties:
      ServiceToken: !GetAtt Handler.Arn
      BucketName: wares
      Managed: ${Managed}
      SkipDestinationValidation: false
      NotificationConfiguration:
        QueueConfigurations:
          - Events: ['${event}']
            QueueArn: !GetAtt Queue.Arn
            Filter: {Key: {FilterRules: [{Name: prefix, Value: a/}]}}
`;
  const configuration = async () => {
    const { $metadata: _, ...found } = await s3().getBucketNotificationConfiguration({ Bucket: 'wares' });
    return found;
  };
  const s3 = () =>
    new S3({
      ...{ endpoint: local.url, region: 'eu-west-1' },
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    });
  const queue = (event: string) => ({
    Id: expect.any(String),
    Events: [event],
    QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:letters',
    Filter: { Key: { FilterRules: [{ Name: expect.stringMatching(/^prefix$/i), Value: 'a/' }] } },
  });
  const created = 's3:ObjectCreated:*';
  const removed = 's3:ObjectRemoved:*';

  test('are set, changed and taken away', async () => {
    await s3().createBucket({ Bucket: 'wares' });
    expect(await create(notifying(true, created))).toBe('CREATE_COMPLETE');
    expect(await configuration()).toEqual({ QueueConfigurations: [queue(created)] });
    expect(await update(notifying(true, removed))).toBe('UPDATE_COMPLETE');
    expect(await configuration()).toEqual({ QueueConfigurations: [queue(removed)] });
    expect(await remove()).toBe('DELETE_COMPLETE');
    expect(await configuration()).toEqual({});
  });

  test('leave those of others alone in a bucket that is not the stack’s', async () => {
    await s3().createBucket({ Bucket: 'wares' });
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await s3().putBucketNotificationConfiguration({ Bucket: 'wares', NotificationConfiguration });
    await create(notifying(false, created));
    expect(await update(notifying(false, removed))).toBe('UPDATE_COMPLETE');
    expect(await configuration()).toEqual({ ...NotificationConfiguration, QueueConfigurations: [queue(removed)] });
    await remove();
    expect(await configuration()).toEqual(NotificationConfiguration);
  });
});
