// The admin API of the cloud that served this page, and nothing else: packages/local/src/http/README.md.
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { savedAt } from './saved.ts';

/** What changes something has to carry it: no form can send it. */
const OURS = { 'x-earwitness': '1', 'content-type': 'application/json' };

/** A saved journal, or a page opened from a disk: nothing answers. */
export const isSaved = savedAt !== undefined || location.protocol === 'file:';

/** The cloud refused, in its own words, or is not there. */
export class AdminError extends Error {}

export function unreachable(): AdminError {
  return new AdminError(
    isSaved
      ? 'This is a saved journal: there is no cloud that could tell more, or do anything.'
      : 'The local cloud cannot be reached: it has ended, or its port is another one now.',
  );
}

export function readState(): Promise<CloudState> {
  return get<CloudState>('state');
}

export function readMap(): Promise<CloudMap> {
  return get<CloudMap>('map');
}

/** @throws {AdminError} with the cloud's own sentence, or that it cannot be reached */
export async function get<Answer>(path: string): Promise<Answer> {
  return answerOf<Answer>(await reach(path, {}));
}

/** @throws {AdminError} with the cloud's own sentence, or that it cannot be reached */
export function post<Answer>(path: string, body: unknown): Promise<Answer> {
  return postText<Answer>(path, JSON.stringify(body));
}

/** The same with JSON as it was written: numbers keep their digits. @throws {AdminError} */
export async function postText<Answer>(path: string, body: string): Promise<Answer> {
  return answerOf<Answer>(await reach(path, { method: 'POST', headers: OURS, body }));
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`/_earwitness/${path}`, init);
  } catch {
    throw unreachable();
  }
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  if (!response.ok) throw new AdminError(messageIn(text) ?? `The local cloud answered ${response.status}.`);
  return JSON.parse(text) as Answer;
}

function messageIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
