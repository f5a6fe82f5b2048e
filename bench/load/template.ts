// The stack of load.bench.ts: 21 rules on two buses. Each event has a `lane`, which one rule on the first bus asks for; a last rule there
// takes every event, and one on the second bus takes what was forwarded.

/** What the events of a lane go to. */
export type Kind = 'API destination' | 'queue' | 'function' | 'bus to bus';

/** Lane → kind: the index is the lane. */
export const LANES: readonly Kind[] = [
  ...Array<Kind>(8).fill('API destination'),
  ...Array<Kind>(5).fill('queue'),
  ...Array<Kind>(3).fill('function'),
  ...Array<Kind>(3).fill('bus to bus'),
];
export const SOURCE = 'Load';
/** Attempts at an API destination. */
export const API_ATTEMPTS = 4;
/** Attempts that Lambda makes at an asynchronous invocation. */
export const FUNCTION_ATTEMPTS = 3;

const get = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });
const allow = (service: string, action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: action }],
});
const mayDo = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

const HANDLER = `
exports.handler = async (event) => {
  const { status } = await fetch(process.env.SINK, { method: 'POST', body: JSON.stringify(event) });
  if (status !== 200) throw new Error('The sink answered ' + status);
};`;

function targetOf(kind: Kind, lane: number): object {
  const DeadLetterConfig = { Arn: get('DeadLetters') };
  switch (kind) {
    case 'API destination':
      return {
        Arn: get(`Api${lane}`),
        RoleArn: get('Role'),
        RetryPolicy: { MaximumRetryAttempts: API_ATTEMPTS - 1 },
        DeadLetterConfig,
      };
    case 'queue':
      return { Arn: get(`Queue${lane}`), DeadLetterConfig };
    case 'function':
      return { Arn: get(`Function${lane}`), DeadLetterConfig };
    case 'bus to bus':
      return { Arn: get('SecondBus'), RoleArn: get('Role'), DeadLetterConfig };
  }
}

function destinationOf(kind: Kind, lane: number, sink: string): Record<string, object> {
  switch (kind) {
    case 'API destination':
      return {
        [`Api${lane}`]: {
          Type: 'AWS::Events::ApiDestination',
          Properties: { ConnectionArn: get('Connection'), InvocationEndpoint: sink, HttpMethod: 'POST' },
        },
      };
    case 'queue':
      return { [`Queue${lane}`]: { Type: 'AWS::SQS::Queue' } };
    case 'function':
      return {
        [`Function${lane}`]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Runtime: 'nodejs20.x',
            Handler: 'index.handler',
            Role: get('Role'),
            Timeout: 5,
            Code: { ZipFile: HANDLER },
            Environment: { Variables: { SINK: sink } },
            DeadLetterConfig: { TargetArn: get('DeadLetters') },
          },
        },
        [`Permission${lane}`]: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            FunctionName: get(`Function${lane}`),
            Action: 'lambda:InvokeFunction',
            Principal: 'events.amazonaws.com',
          },
        },
      };
    case 'bus to bus':
      return {};
  }
}

function ruleOf(bus: object, pattern: object, target: object): object {
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: bus,
      EventPattern: { source: [SOURCE], ...pattern },
      Targets: [{ Id: 't', ...target }],
    },
  };
}

/** The template as JSON text, for a sink at this address. */
export function loadTemplate(sink: string): string {
  const lanes = LANES.map((kind, lane) => ({
    ...destinationOf(kind, lane, sink),
    [`Rule${lane}`]: ruleOf({ Ref: 'FirstBus' }, { detail: { lane: [lane] } }, targetOf(kind, lane)),
  }));
  const queues = ['DeadLetters', 'Forwarded', 'Every'];
  const Resources = {
    FirstBus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'first' } },
    SecondBus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'second' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: ['events.amazonaws.com', 'lambda.amazonaws.com'].map((Service) => ({
            Effect: 'Allow',
            Principal: { Service },
            Action: 'sts:AssumeRole',
          })),
        },
        Policies: [
          { PolicyName: 'post', PolicyDocument: mayDo('events:*') },
          { PolicyName: 'letters', PolicyDocument: mayDo('sqs:*') },
        ],
      },
    },
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-api-key', ApiKeyValue: 'none' } },
      },
    },
    ...Object.fromEntries(queues.map((name) => [name, { Type: 'AWS::SQS::Queue' }])),
    ...Object.assign({}, ...lanes),
    RuleForwarded: ruleOf({ Ref: 'SecondBus' }, {}, { Arn: get('Forwarded') }),
    RuleEvery: ruleOf({ Ref: 'FirstBus' }, {}, { Arn: get('Every') }),
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [...queues, ...LANES.flatMap((kind, lane) => (kind === 'queue' ? [`Queue${lane}`] : []))].map(
          (name) => ({
            Ref: name,
          }),
        ),
        PolicyDocument: allow('events.amazonaws.com', 'sqs:SendMessage'),
      },
    },
  };
  const Outputs = Object.fromEntries(
    Object.entries(Resources)
      .filter(([, resource]) => (resource as { Type?: string }).Type === 'AWS::SQS::Queue')
      .map(([name]) => [name, { Value: { Ref: name } }]),
  );
  return JSON.stringify({ Resources, Outputs });
}
