// Names and ARNs of Step Functions.
//
//   stateMachine:NAME  stateMachine:NAME:7  stateMachine:NAME:live  stateMachine:NAME/LABEL (a distributed Map's)
//   execution:NAME:EXEC  execution:NAME/LABEL:EXEC  express:NAME:EXEC:UUID  mapRun:NAME/LABEL:UUID  activity:NAME
import { type Arn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export type ArnKind = 'stateMachine' | 'execution' | 'express' | 'mapRun' | 'activity';

export interface StatesArn {
  readonly text: string;
  readonly account: string;
  readonly region: string;
  readonly kind: ArnKind;
  /** Of the machine or the activity. */
  readonly name: string;
  /** Of a distributed Map. */
  readonly label?: string;
  /** What follows the name: a version's number or an alias, an execution's name, a map run's id. */
  readonly rest?: string;
}

/** How many parts follow a kind's word: at least, at most. */
const PARTS: Readonly<Record<ArnKind, readonly [number, number]>> = {
  stateMachine: [1, 2],
  execution: [2, 2],
  express: [3, 3],
  mapRun: [2, 2],
  activity: [1, 1],
};

function isKind(word: string): word is ArnKind {
  return Object.hasOwn(PARTS, word);
}

/**
 * An ARN of one of the kinds that an operation takes.
 * @throws InvalidArn
 */
export function readArn(text: string, ...kinds: readonly ArnKind[]): StatesArn {
  if (!text.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${text}`);
  const arn = parseArn(text);
  if (!arn) throw invalidArn(`Invalid ARN: ${text}`);
  if (arn.service !== 'states') throw invalidArn(`Service name not valid in this context: ${arn.service}`);
  return readResource(text, arn, kinds);
}

function readResource(text: string, { account, region, resource }: Arn, kinds: readonly ArnKind[]): StatesArn {
  const [word = '', ...parts] = resource.split(':');
  if (!isKind(word) || !kinds.includes(word)) throw invalidArn(`Resource type not valid in this context: ${word}`);
  const [least, most] = PARTS[word];
  const [first = '', ...rest] = parts;
  const [name = '', label] = first.split('/');
  if (parts.length < least || parts.length > most || name === '' || rest.includes('')) {
    throw invalidArn(`Invalid ARN: ${text}`);
  }
  return {
    ...{ text, account, region, kind: word, name },
    ...(label !== undefined && { label }),
    ...(rest.length > 0 && { rest: rest.join(':') }),
  };
}

function invalidArn(why: string): ServiceError {
  return new ServiceError('InvalidArn', `Invalid Arn: '${why}'`);
}

/** Source: API reference, CreateStateMachine, name. */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF\u{10FFFF}]/u;

/** A name of a machine, an execution or an activity. @throws InvalidName */
export function checkName(name: string): void {
  if (FORBIDDEN.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}
