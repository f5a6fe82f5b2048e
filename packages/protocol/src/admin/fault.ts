// Faults that a person or a test puts before a destination, as `POST faults` takes them: it answers with a status, it
// is slow, or it refuses connections, so many times or until it is told otherwise.

/** What happens to a call of a destination. `delayMs` is by the cloud's clock; then the call goes on. */
export type Fault = { readonly status: number } | { readonly delayMs: number } | 'refused';

/** What is asked for: a fault, or `null`, which takes it away. */
export interface FaultRequest {
  /** Name, ARN, logical id or URL of an API destination, a queue, a function or an SNS topic. */
  readonly target: string;
  readonly fault: Fault | null;
  /** How often it happens. Absent: until it is taken away. */
  readonly times?: number;
}

/** A fault that stands before a destination. */
export interface StandingFault {
  /** ARN. */
  readonly target: string;
  readonly fault: Fault;
  /** How often it will still happen; absent: until it is taken away. */
  readonly times?: number;
}

/** What was sent is no fault; the message says what is wrong, where, and what was expected. */
export class InvalidFaultError extends Error {
  override readonly name = 'InvalidFaultError';
}

const EXPECTED =
  'Expected is {"target":"orders","fault":{"status":503},"times":3}: the fault is a status, {"delayMs":2000}, "refused", or null, which takes it away.';

/** Source: RFC 9110, 15: status codes; below 200 is no answer, 2xx no fault. */
const STATUS = { least: 300, most: 599 };
/** Ours: a day. */
const MAX_DELAY_MS = 86_400_000;

/** @throws InvalidFaultError */
export function parseFaultRequest(text: string): FaultRequest {
  const body = parseJson(text);
  if (!isTable(body)) return refuse('The body is not a JSON object.');
  const { target, fault, times, ...others } = body;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`The body has no member '${unknown}'.`);
  if (typeof target !== 'string' || target === '') return refuse('target is missing.');
  if (times !== undefined && !(typeof times === 'number' && Number.isSafeInteger(times) && times > 0)) {
    return refuse(`times is a whole number from 1 on, not ${JSON.stringify(times)}.`);
  }
  return { target, fault: fault === null ? null : parseFault(fault), ...(times !== undefined && { times }) };
}

function parseFault(fault: unknown): Fault {
  if (fault === 'refused') return fault;
  if (!isTable(fault)) return refuse(fault === undefined ? 'fault is missing.' : `fault is ${JSON.stringify(fault)}.`);
  const { status, delayMs, ...others } = fault;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`A fault has no member '${unknown}'.`);
  if ((status === undefined) === (delayMs === undefined)) refuse('A fault has either a status or delayMs.');
  if (status !== undefined) {
    if (isWithin(status, STATUS.least, STATUS.most)) return { status };
    return refuse(`status is a number from ${STATUS.least} to ${STATUS.most}, not ${JSON.stringify(status)}.`);
  }
  if (isWithin(delayMs, 1, MAX_DELAY_MS)) return { delayMs };
  return refuse(`delayMs is a number of milliseconds from 1 to ${MAX_DELAY_MS}, not ${JSON.stringify(delayMs)}.`);
}

/** A fault in a few words: `answers 503`. */
export function faultWords(fault: Fault): string {
  if (fault === 'refused') return 'refuses connections';
  return 'status' in fault ? `answers ${fault.status}` : `takes ${fault.delayMs} ms`;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('The body is not JSON.');
  }
}

function refuse(message: string): never {
  throw new InvalidFaultError(`${message} ${EXPECTED}`);
}
