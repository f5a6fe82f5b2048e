// Policies of topics: the one that a topic begins with, statements that AddPermission writes, and whether a text is a
// policy at all.
import { PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';
import { invalidParameter } from './refusals.ts';
import { type TopicPlace, topicArn } from './topic.ts';

/** Actions that a topic's policy can name. Source: SNS API reference, AddPermission; the default policy. */
const ACTIONS = [
  ...['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic', 'Subscribe'],
  ...['ListSubscriptionsByTopic', 'Publish'],
];
/** Source: SNS developer guide, quotas: bytes of a topic's policy, and its statements. */
const MAX_POLICY_BYTES = 30_720;
const MAX_STATEMENTS = 100;

/** Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_create_topic_with_attributes). */
export function defaultPolicy(topic: TopicPlace): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ACTIONS.map((action) => `SNS:${action}`),
        Resource: topicArn(topic),
        Condition: { StringEquals: { 'AWS:SourceOwner': topic.account } },
      },
    ],
  });
}

/** What is wrong with a topic's policy; `undefined` when nothing is. */
export function policyFault(text: string): string | undefined {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) return `Policy size must be at most ${MAX_POLICY_BYTES} bytes`;
  try {
    if (parsePolicy(text).statements.length > MAX_STATEMENTS) return 'Policy statement number exceeds the limit';
    return undefined;
  } catch (error) {
    if (error instanceof PolicySyntaxError) return `Policy Error: ${error.message}`;
    throw error;
  }
}

type PolicyJson = { readonly Statement?: unknown } & Readonly<Record<string, unknown>>;

/**
 * A policy with one more statement.
 * @throws InvalidParameter. Source: recorded on AWS (LocalStack, tests/aws/services/sns, test_add_permission_errors).
 */
export function addStatement(
  policy: string,
  topic: TopicPlace,
  { label, accounts, actions }: { label: string; accounts: readonly string[]; actions: readonly string[] },
): string {
  if (actions.some((action) => action !== '*' && !ACTIONS.includes(action))) {
    throw invalidParameter('Policy statement action out of service scope!');
  }
  const document = readPolicy(policy);
  const statements = statementsOf(document);
  if (statements.some(({ Sid }) => Sid === label)) throw invalidParameter('Statement already exists');
  const statement = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrMany(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrMany(actions.map((action) => `SNS:${action}`)),
    Resource: topicArn(topic),
  };
  return JSON.stringify({ ...document, Statement: [...statements, statement] });
}

/** A policy without the statement of that label; none of that label is fine. */
export function removeStatement(policy: string, label: string): string {
  const document = readPolicy(policy);
  return JSON.stringify({ ...document, Statement: statementsOf(document).filter(({ Sid }) => Sid !== label) });
}

function readPolicy(text: string): PolicyJson {
  return JSON.parse(text) as PolicyJson;
}

function statementsOf({ Statement: statement = [] }: PolicyJson): readonly { readonly Sid?: unknown }[] {
  const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return statements.filter((one): one is { readonly Sid?: unknown } => typeof one === 'object' && one !== null);
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}
