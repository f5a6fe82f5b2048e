// JetStream's own questions, as JSON: https://docs.nats.io/reference/reference-protocols/nats_api_reference. All that
// are asked here can be asked twice, so they are, while a cluster has no leader for what they are about.
import type { Msg } from '@nats-io/transport-node';
import { ServerAway, ServerRefuses } from '../shared/server.ts';
import { type Link, NoReply } from './link.ts';

/** Ours: how long one question waits for its answer. Of a cluster without a leader none comes. */
const ANSWER_MS = 2000;
/** Ours: how long it is asked again: another server of three takes over within 6 s. */
const PATIENCE_MS = 12_000;
/** Ours: pauses between attempts; the last one is repeated. */
const PAUSES_MS = [50, 100, 250, 500] as const;

/** What a server says that refuses, and its code. */
export interface ApiError {
  readonly code: number;
  /** Source: nats-server v2.9.10, server/errors.json. */
  readonly err_code: number;
  readonly description: string;
}

/** Source of all: nats-server v2.9.10, server/errors.json. */
export const CODES = {
  clusterIncomplete: 10004,
  noPeers: 10005,
  clusterNotAvailable: 10008,
  clusterNotLeader: 10009,
  consumerNotFound: 10014,
  noMessage: 10037,
  notEnabledForAccount: 10039,
  sequenceNotFound: 10043,
  deleteFailed: 10057,
  nameInUse: 10058,
  streamNotFound: 10059,
  subjectsOverlap: 10065,
  wrongLastId: 10070,
  wrongLastSequence: 10071,
  notEnabled: 10076,
  streamOffline: 10118,
} as const;

/**
 * Refusals that pass by themselves: a cluster that is choosing who leads, or whose server was just started again and
 * has not heard of every stream.
 */
const PASSING: readonly number[] = [
  CODES.streamNotFound,
  CODES.clusterIncomplete,
  CODES.clusterNotAvailable,
  CODES.clusterNotLeader,
  CODES.streamOffline,
];

export function isPassing(error: ApiError): boolean {
  return PASSING.includes(error.err_code);
}

/** An answer's text, parsed; `undefined` where it is no object. */
export function parseJson(message: Msg): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(message.string());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The error in an answer of JetStream. */
export function errorIn(answer: Record<string, unknown>): ApiError | undefined {
  const error = answer['error'];
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, err_code, description } = { code: 0, err_code: 0, description: '', ...error };
  return { code: Number(code), err_code: Number(err_code), description: String(description) };
}

/** Nobody is there who could answer: the server's own message. */
export function isNobody(message: Msg): boolean {
  return message.headers?.code === 503 && message.data.length === 0;
}

export interface ApiAsking {
  /** Codes of errors that are an answer. */
  readonly answers?: readonly number[];
  /** Default: 12 s of attempts. */
  readonly isPatient?: boolean;
}

export type ApiAnswer =
  | { readonly is: 'done'; readonly body: Record<string, unknown>; readonly message: Msg }
  | { readonly is: 'error'; readonly error: ApiError };

/**
 * Asks JetStream. `subject` is what stands behind `$JS.API.`.
 * @throws ServerAway, ServerRefuses
 */
export async function askApi(
  link: Link,
  subject: string,
  body: Record<string, unknown> | undefined,
  { answers = [], isPatient = true }: ApiAsking = {},
): Promise<ApiAnswer> {
  const answer = await askRaw(link, subject, body, { answers, isPatient });
  const parsed = parseJson(answer);
  if (!parsed) throw new ServerAway(`its answer to '${subject}' is no JSON`);
  const error = errorIn(parsed);
  if (!error) return { is: 'done', body: parsed, message: answer };
  if (answers.includes(error.err_code)) return { is: 'error', error };
  throw new ServerRefuses(error.description);
}

/** The same, for answers that are not JSON. Answers with errors that pass are asked for again. */
export async function askRaw(
  link: Link,
  subject: string,
  body: Record<string, unknown> | undefined,
  { answers = [], isPatient = true }: ApiAsking = {},
): Promise<Msg> {
  const data = body === undefined ? '' : JSON.stringify(body);
  for (let attempt = 0, spentMs = 0; ; attempt++) {
    await link.ready();
    let why: string;
    try {
      const message = await link.ask(`$JS.API.${subject}`, data, { timeoutMs: ANSWER_MS });
      const error = message.data[0] === BRACE ? errorIn(parseJson(message) ?? {}) : undefined;
      if (!isNobody(message) && !(error && isPassing(error) && !answers.includes(error.err_code))) {
        link.isPatient = true;
        return message;
      }
      why = error?.description ?? 'JetStream has nobody who answers this';
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      why = `${error.message}${link.complaint}`;
      if (error.kind === 'late') spentMs += ANSWER_MS;
    }
    const pauseMs = PAUSES_MS[attempt] ?? 500;
    spentMs += pauseMs;
    if (!isPatient || !link.isPatient || spentMs > PATIENCE_MS) {
      // Whoever comes next waits for one answer only, until one has come.
      if (spentMs > PATIENCE_MS) link.isPatient = false;
      throw new ServerAway(`'${subject}': ${why}`);
    }
    await link.sleep(pauseMs);
  }
}

const BRACE = 0x7b;
