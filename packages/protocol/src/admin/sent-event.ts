// Events that somebody sends by the admin API: envelopes of any source, those of AWS services among them, which
// PutEvents refuses. The detail stays text, as numbers and keys have to reach the targets as they were written.
import { parseTimestamp } from '../aws/scalar.ts';
import { DETAIL_TYPE_MAX_LENGTH, PUT_EVENTS_MAX_BYTES } from '../events/entry.ts';
import { compactJson, elementsOf, findJsonFault, type Member, membersOf } from '../events/json-text.ts';
import { nearest } from '../text/nearest.ts';

/** An event to be sent. What is left out, the local cloud says: its default bus, its account and region, its time. */
export interface SentEvent {
  readonly source: string;
  readonly detailType: string;
  /** Compact JSON text of an object. */
  readonly detail: string;
  readonly resources: readonly string[];
  /** Name or ARN. */
  readonly bus?: string;
  /** Epoch milliseconds. */
  readonly time?: number;
  /** 12 digits. */
  readonly account?: string;
  readonly region?: string;
}

/** What was sent is no event; the message says which one, where, and what was expected. */
export class InvalidSentEventError extends Error {
  override readonly name = 'InvalidSentEventError';
}

/**
 * Reads one envelope, or an array of them.
 * @throws InvalidSentEventError
 */
export function parseSentEvents(text: string): SentEvent[] {
  const json = compactJson(text);
  if (json === undefined) {
    throw new InvalidSentEventError(`The body is not JSON from character ${findJsonFault(text) + 1} on. ${EXPECTED}`);
  }
  if (json.startsWith('{')) return [parseEvent(json, 'The event')];
  if (!json.startsWith('[')) throw new InvalidSentEventError(`The body is neither an object nor an array. ${EXPECTED}`);
  const events = elementsOf(json);
  if (events.length === 0) throw new InvalidSentEventError(`The array is empty. ${EXPECTED}`);
  return events.map((event, index) => parseEvent(event, `Event ${index + 1}`));
}

const EXPECTED =
  'Expected is an event, {"source":"…","detail-type":"…","detail":{…}} and perhaps resources, bus, time, account, region; or an array of events.';

const MEMBERS = ['source', 'detail-type', 'detail', 'resources', 'bus', 'time', 'account', 'region'];
/** Members of an envelope that somebody copied. Each event that is sent has an id of its own. */
const PASSED_OVER = ['version', 'id'];

function parseEvent(json: string, what: string): SentEvent {
  const refuse = (message: string): never => {
    throw new InvalidSentEventError(`${what} ${message}`);
  };
  if (!json.startsWith('{')) refuse(`is not an object. ${EXPECTED}`);
  if (json.length > PUT_EVENTS_MAX_BYTES) refuse('is larger than 1 MB, the most that EventBridge takes.');
  const members = membersOf(json);
  checkNames(members, refuse);
  const find = (name: string) => members.findLast(({ key }) => key === name)?.value;
  const text = (name: string): string | undefined => {
    const value = find(name);
    if (value === undefined) return undefined;
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' && parsed !== '' ? parsed : refuse(`has ${name} ${shorten(value)}, not a text.`);
  };
  const required = (name: string): string => text(name) ?? refuse(`has no ${name}.`);

  const source = required('source');
  const detailType = required('detail-type');
  if (detailType.length > DETAIL_TYPE_MAX_LENGTH) {
    refuse(`has a detail-type of ${detailType.length} characters; EventBridge takes ${DETAIL_TYPE_MAX_LENGTH}.`);
  }
  const detail = find('detail') ?? refuse('has no detail.');
  if (!detail.startsWith('{')) refuse(`has detail ${shorten(detail)}, not an object.`);
  const resources: unknown = JSON.parse(find('resources') ?? '[]');
  if (!isTexts(resources)) return refuse(`has resources ${shorten(find('resources') ?? '')}, not an array of texts.`);
  const bus = text('bus');
  const account = text('account');
  if (account !== undefined && !/^\d{12}$/.test(account))
    refuse(`has account ${shorten(JSON.stringify(account))}, not 12 digits.`);
  const region = text('region');
  if (region !== undefined && !/^[a-z0-9-]{1,32}$/.test(region)) {
    refuse(`has region ${shorten(JSON.stringify(region))}, not one such as "eu-west-1".`);
  }
  const written = text('time');
  const time = written === undefined ? undefined : parseTimestamp(written);
  if (written !== undefined && time === undefined) {
    refuse(`has time ${shorten(JSON.stringify(written))}, not a time such as "2026-11-22T14:00:00Z".`);
  }
  return {
    source,
    detailType,
    detail,
    resources,
    ...(bus !== undefined && { bus }),
    ...(time !== undefined && { time }),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
}

function checkNames(members: readonly Member[], refuse: (message: string) => never): void {
  for (const { key } of members) {
    if (MEMBERS.includes(key) || PASSED_OVER.includes(key)) continue;
    const meant = OTHER_SPELLINGS.get(key.toLowerCase()) ?? nearest(key, MEMBERS);
    const mend = meant === undefined ? `there are ${MEMBERS.join(', ')}.` : `did you mean ${JSON.stringify(meant)}?`;
    refuse(`has a member ${shorten(JSON.stringify(key))}; ${mend}`);
  }
}

/** As PutEvents and programs spell them, in lower case. */
const OTHER_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['detailtype', 'detail-type'],
  ['eventbusname', 'bus'],
]);

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

function shorten(json: string): string {
  return json.length > 40 ? `${json.slice(0, 39)}…` : json;
}
