// Asks the admin API of a local cloud that is running, for a command: what goes wrong is a sentence for its user.
import type { CloudNodes } from '@earwitness/protocol/internal/admin/cloud-nodes';
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { ask } from '../../cloud/admin.ts';
import { UsageError } from '../usage-error.ts';

/**
 * The answer's JSON; with a body (JSON text) it is a POST.
 * @param url of the admin API: `http://127.0.0.1:4566/_earwitness`
 * @throws UsageError when no local cloud answers there, or when it refuses: with its own sentence
 */
export async function askAdmin(url: string, path: string, body?: string): Promise<unknown> {
  const reply = await ask(url, path, body).catch((cause: unknown) => {
    throw noCloud(url, cause);
  });
  if (reply.ok) return reply.value;
  throw new UsageError(reply.reason);
}

/** Said wherever there is no local cloud, or another program where one was looked for. */
export function noCloud(url: string, cause?: unknown): UsageError {
  return new UsageError(`no local cloud answers at ${url}. Start one with 'earwitness dev', or name its --port.`, {
    cause,
  });
}

/** What there is. @throws UsageError when no local cloud answers. */
export async function readState(url: string): Promise<CloudState> {
  const state = await askAdmin(url, 'state');
  if (typeof state === 'object' && state !== null && 'functions' in state) return state as CloudState;
  throw noCloud(url);
}

/** The nodes, and where the state stands; `undefined` where an older cloud does not tell. */
export async function readNodes(url: string): Promise<CloudNodes | undefined> {
  const nodes = await askAdmin(url, 'nodes');
  return typeof nodes === 'object' && nodes !== null && 'streams' in nodes ? (nodes as CloudNodes) : undefined;
}

/** What the journal said when it was asked. */
export interface JournalEnd {
  /** Number of the newest fact; 0 when there was none. */
  readonly newest: number;
  /** By how many milliseconds the clock has been advanced. */
  readonly advancedMs: number;
}

/** Where the journal ends. @throws UsageError when no local cloud answers. */
export async function readJournalEnd(url: string): Promise<JournalEnd> {
  const answer = await askAdmin(url, 'journal?limit=1');
  const newest = numberAt(answer, 'newest');
  const advancedMs = numberAt(answer, 'advancedMs');
  if (newest === undefined || advancedMs === undefined) throw noCloud(url);
  return { newest, advancedMs };
}

/** A number in an answer. */
export function numberAt(answer: unknown, name: string): number | undefined {
  const value = at(answer, name);
  return typeof value === 'number' ? value : undefined;
}

function at(answer: unknown, name: string): unknown {
  if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, name)) return undefined;
  return (answer as Readonly<Record<string, unknown>>)[name];
}
