// The Resource of a Task: what it names, and how it is called. The one reader of it.
//
//   arn:aws:lambda:eu-west-1:123456789012:function:charge         a function, its payload raw
//   arn:aws:states:eu-west-1:123456789012:activity:pack           an activity: workers poll for it
//   arn:aws:states:::sqs:sendMessage.waitForTaskToken             an optimized integration and its pattern
//   arn:aws:states:::aws-sdk:secretsmanager:getSecretValue        any operation of an SDK
import { parseArn } from '../aws/arn.ts';
import { remember } from './query/memory.ts';

export type TaskResource =
  | { readonly kind: 'function'; readonly arn: string }
  | { readonly kind: 'activity'; readonly arn: string }
  | Integration;

export interface Integration {
  readonly kind: 'optimized' | 'sdk';
  /** `sqs`, `secretsmanager` */
  readonly service: string;
  /** `sendMessage` */
  readonly action: string;
  readonly pattern: Pattern;
}

/** How a task goes on after its call: with the answer, with the end of the job that it began, or by its token. */
export type Pattern = 'request' | 'sync' | 'sync:2' | 'token';

const SUFFIXES: Readonly<Record<Pattern, string>> = {
  request: '',
  sync: '.sync',
  'sync:2': '.sync:2',
  token: '.waitForTaskToken',
};

/** Ours: resources that are kept as read. */
const KNOWN_MAX = 1_000;

const known = remember(KNOWN_MAX, (text) => ({ resource: read(text) }));

/** `undefined`: it is none that Step Functions has. */
export function parseResource(text: string): TaskResource | undefined {
  return known(text).resource;
}

/**
 * Actions begin with a small letter. Source: developer guide, "AWS SDK service integrations"; recorded on AWS (aws-cdk,
 * pull request 27635): `aws-sdk:cloudwatchlogs:CreateLogStream` is not recognized.
 */
function read(text: string): TaskResource | undefined {
  const arn = parseArn(text);
  if (arn?.service === 'lambda' && arn.resource.startsWith('function:')) return { kind: 'function', arn: text };
  if (arn?.service !== 'states') return undefined;
  if (arn.region !== '') return arn.resource.startsWith('activity:') ? { kind: 'activity', arn: text } : undefined;
  const [, sdk, service = '', action = '', suffix = ''] =
    /^(aws-sdk:)?([a-z0-9-]+):([a-z][A-Za-z0-9]*)(\.[A-Za-z]+(?::\d)?)?$/.exec(arn.resource) ?? [];
  const pattern = patternOf(suffix);
  if (action === '' || pattern === undefined) return undefined;
  const kind = sdk === undefined ? 'optimized' : 'sdk';
  // An SDK's operation has no job that could be waited for.
  if (kind === 'sdk' && isJob(pattern)) return undefined;
  return { kind, service, action, pattern };
}

function patternOf(suffix: string): Pattern | undefined {
  const patterns: readonly Pattern[] = ['request', 'sync', 'sync:2', 'token'];
  return patterns.find((pattern) => SUFFIXES[pattern] === suffix);
}

/** As histories name an integration: `aws-sdk:dynamodb` and `getItem`, `sqs` and `sendMessage.waitForTaskToken`. */
export function namesOf({ kind, service, action, pattern }: Integration): {
  readonly resourceType: string;
  readonly resource: string;
} {
  return { resourceType: kind === 'sdk' ? `aws-sdk:${service}` : service, resource: action + SUFFIXES[pattern] };
}

/** Whether it waits for the end of what its call begins. */
export function isJob(pattern: Pattern): boolean {
  return pattern === 'sync' || pattern === 'sync:2';
}

/** Whether somebody else ends the task, by its token: its call's answer is not its result. */
export function hasToken(resource: TaskResource | undefined): boolean {
  return (
    resource?.kind === 'activity' || (resource !== undefined && 'pattern' in resource && resource.pattern !== 'request')
  );
}
