// A resource that stands in, and what a local cloud is told about things that it does not serve.
import type { Answers } from './answers.ts';
import type { UnservedSetting } from './unserved.ts';

/** A resource of a stack that stands in. Plain data: it stands in a table. */
export interface StandIn {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly logicalId: string;
  /** `AWS::Cognito::UserPool` */
  readonly type: string;
  readonly physicalId: string;
  /** Its attributes that are ARNs, and its physical id where that is one. */
  readonly arns: readonly string[];
  /** Attributes (and `Ref`) whose form was guessed. */
  readonly guessed: readonly string[];
}

/** What a local cloud is told about things that it does not serve. */
export interface StandInSettings {
  /**
   * What becomes of resource types, targets and functions that are not served: `stand-in` (default) makes them and
   * records what they receive, `refuse` fails the deployment by name. A table decides by type or service, the longest
   * name first: `{ '*': 'refuse', 'AWS::CloudWatch::*': 'stand-in' }`.
   */
  readonly unserved?: UnservedSetting;
  /** Refuse whatever `unserved` does not name as a stand-in itself. Default false. */
  readonly strict?: boolean;
  /** Values of stand-ins by logical id or `stack.LogicalId`: `{ Users: { Ref: 'users', Arn: 'arn:aws:…' } }`. */
  readonly standIns?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Answers to calls of services that are not served, so that code goes on: `{ 'ses:SendEmail': { MessageId: … } }`. A
   * function makes the answer of the call's input; `{ $error: { code, message, status } }` is an error.
   */
  readonly answers?: Answers;
}
