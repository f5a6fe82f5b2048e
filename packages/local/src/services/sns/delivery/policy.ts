// Delivery policies: when a delivery that failed is tried again. HTTP endpoints have one that can be set, on the topic
// and on the subscription; other endpoints have schedules of their own.
//
//   immediate │ pre-backoff │ backoff: from the least to the greatest wait along a curve │ post-backoff
//
// Source: SNS developer guide, "Message delivery retries", read 2026-11-28.
import { invalidParameter } from '../refusals.ts';

/** A schedule of retries; waits in seconds. */
export interface Schedule {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: string;
}

const CURVES = ['linear', 'arithmetic', 'geometric', 'exponential'];

/** Source: recorded on AWS (LocalStack, tests/aws/services/sns, EffectiveDeliveryPolicy). */
const HTTP_SCHEDULE: Schedule = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};

/** SQS, Lambda and Firehose: 100,015 retries in 23 days. */
export const QUEUE_SCHEDULE: Schedule = {
  minDelayTarget: 1,
  maxDelayTarget: 20,
  numRetries: 100_015,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 100_000,
  backoffFunction: 'exponential',
};

const HEADER_CONTENT_TYPE = 'text/plain; charset=UTF-8';

/** How an HTTP endpoint is called. */
export interface HttpPolicy {
  readonly schedule: Schedule;
  readonly contentType: string;
  readonly maxReceivesPerSecond?: number;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The policy of a topic as GetTopicAttributes answers it. Source: recorded on AWS (LocalStack, tests/aws/services/sns).
 */
export function effectiveDeliveryPolicy(text: string | undefined): string {
  const http = text === undefined ? {} : objectOf(parseJson(text)['http']);
  return JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { ...HTTP_SCHEDULE, ...objectOf(http['defaultHealthyRetryPolicy']) },
      disableSubscriptionOverrides: http['disableSubscriptionOverrides'] ?? false,
      ...(http['defaultThrottlePolicy'] !== undefined && { defaultThrottlePolicy: http['defaultThrottlePolicy'] }),
      defaultRequestPolicy: { headerContentType: HEADER_CONTENT_TYPE, ...objectOf(http['defaultRequestPolicy']) },
    },
  });
}

/** What holds for one HTTP subscription, as GetSubscriptionAttributes answers it. */
export function effectiveSubscriptionPolicy(topic: string | undefined, own: string | undefined): string {
  const http = objectOf(parseJson(effectiveDeliveryPolicy(topic))['http']);
  const set = own === undefined || http['disableSubscriptionOverrides'] === true ? {} : parseJson(own);
  const throttle = set['throttlePolicy'] ?? http['defaultThrottlePolicy'];
  return JSON.stringify({
    healthyRetryPolicy: { ...objectOf(http['defaultHealthyRetryPolicy']), ...objectOf(set['healthyRetryPolicy']) },
    ...(throttle !== undefined && { throttlePolicy: throttle }),
    requestPolicy: { ...objectOf(http['defaultRequestPolicy']), ...objectOf(set['requestPolicy']) },
    guaranteed: false,
  });
}

/** The same, read. */
export function httpPolicyOf(topic: string | undefined, own: string | undefined): HttpPolicy {
  const policy = parseJson(effectiveSubscriptionPolicy(topic, own));
  const schedule = objectOf(policy['healthyRetryPolicy']);
  const rate = objectOf(policy['throttlePolicy'])['maxReceivesPerSecond'];
  const contentType = objectOf(policy['requestPolicy'])['headerContentType'];
  const number = (name: keyof Schedule) => Number(schedule[name] ?? 0);
  return {
    schedule: {
      minDelayTarget: number('minDelayTarget'),
      maxDelayTarget: number('maxDelayTarget'),
      numRetries: number('numRetries'),
      numMaxDelayRetries: number('numMaxDelayRetries'),
      numNoDelayRetries: number('numNoDelayRetries'),
      numMinDelayRetries: number('numMinDelayRetries'),
      backoffFunction: String(schedule['backoffFunction']),
    },
    contentType: typeof contentType === 'string' ? contentType : HEADER_CONTENT_TYPE,
    ...(typeof rate === 'number' && { maxReceivesPerSecond: rate }),
  };
}

/** @throws InvalidParameter */
export function parseTopicDeliveryPolicy(text: string): void {
  const policy = checkedJson(text);
  const http = objectOf(policy['http']);
  const [unknown] = [
    ...Object.keys(policy).filter((name) => name !== 'http'),
    ...Object.keys(http).filter((name) => !TOPIC_MEMBERS.includes(name)),
  ];
  if (unknown !== undefined) throw invalidParameter(`DeliveryPolicy: Unexpected JSON member: ${unknown}`);
  checkSchedule(http['defaultHealthyRetryPolicy'], 'http.defaultHealthyRetryPolicy');
  checkThrottle(http['defaultThrottlePolicy'], 'http.defaultThrottlePolicy');
}

/** @throws InvalidParameter */
export function parseSubscriptionDeliveryPolicy(text: string, prefix: string): void {
  const policy = checkedJson(text, prefix);
  const unknown = Object.keys(policy).find((name) => !SUBSCRIPTION_MEMBERS.includes(name));
  if (unknown !== undefined) throw invalidParameter(`${prefix}DeliveryPolicy: Unexpected JSON member: ${unknown}`);
  checkSchedule(policy['healthyRetryPolicy'], 'healthyRetryPolicy', prefix);
  checkThrottle(policy['throttlePolicy'], 'throttlePolicy', prefix);
}

const TOPIC_MEMBERS = [
  ...['defaultHealthyRetryPolicy', 'disableSubscriptionOverrides', 'defaultThrottlePolicy', 'defaultRequestPolicy'],
  'defaultSicklyRetryPolicy',
];
const SUBSCRIPTION_MEMBERS = [
  'healthyRetryPolicy',
  'throttlePolicy',
  'requestPolicy',
  'sicklyRetryPolicy',
  'guaranteed',
];

/** Source: SNS developer guide, "Creating an HTTP/S delivery policy": ranges, and an hour for all retries. */
function checkSchedule(given: unknown, at: string, prefix = ''): void {
  if (given === undefined || given === null) return;
  const schedule: Json = { ...HTTP_SCHEDULE, ...objectOf(given) };
  const refuse = (what: string) => invalidParameter(`${prefix}DeliveryPolicy: ${at}.${what}`);
  for (const name of ['numRetries', 'numNoDelayRetries', 'numMinDelayRetries', 'numMaxDelayRetries'] as const) {
    const value = schedule[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 100) {
      throw refuse(`${name} must be between 0 and 100`);
    }
  }
  const [least, greatest] = [Number(schedule['minDelayTarget']), Number(schedule['maxDelayTarget'])];
  if (!(least >= 1 && least <= greatest)) throw refuse('minDelayTarget must be between 1 and maxDelayTarget');
  if (!(greatest <= 3600)) throw refuse('maxDelayTarget must be at most 3600');
  if (!CURVES.includes(String(schedule['backoffFunction']))) {
    throw refuse(`backoffFunction must be one of ${CURVES.join(', ')}`);
  }
}

function checkThrottle(given: unknown, at: string, prefix = ''): void {
  if (given === undefined || given === null) return;
  const rate = objectOf(given)['maxReceivesPerSecond'];
  if (rate === undefined || (typeof rate === 'number' && Number.isInteger(rate) && rate >= 1)) return;
  throw invalidParameter(`${prefix}DeliveryPolicy: ${at}.maxReceivesPerSecond must be at least 1`);
}

function checkedJson(text: string, prefix = ''): Json {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Json;
  } catch {
    // Said below.
  }
  throw invalidParameter(`${prefix}DeliveryPolicy: failed to parse JSON.`);
}

/** Of what has been checked when it was set. */
function parseJson(text: string): Json {
  return objectOf(JSON.parse(text));
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The wait before the attempt after `attempts` failed ones, ms; `undefined` when there is none. */
export function retryDelayMs(schedule: Schedule, attempts: number): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = schedule;
  if (attempts > numRetries) return undefined;
  const { minDelayTarget: least, maxDelayTarget: greatest } = schedule;
  if (attempts <= numNoDelayRetries) return 0;
  const before = attempts - numNoDelayRetries;
  if (before <= numMinDelayRetries) return least * 1000;
  const steps = Math.max(numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries, 0);
  const step = before - numMinDelayRetries;
  if (step > steps) return greatest * 1000;
  // From 0 at the first step to 1 at the last.
  const part = steps <= 1 ? 1 : (step - 1) / (steps - 1);
  return Math.round(curve(schedule.backoffFunction, { least, greatest, part }) * 1000);
}

/** AWS draws the curves and gives no formulas: these are ours. */
function curve(name: string, { least, greatest, part }: { least: number; greatest: number; part: number }): number {
  switch (name) {
    case 'arithmetic':
      return least + (greatest - least) * part ** 1.5;
    case 'geometric':
      return least + (greatest - least) * part ** 2;
    case 'exponential':
      return least * (greatest / least) ** part;
    default:
      return least + (greatest - least) * part;
  }
}
