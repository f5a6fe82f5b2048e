// The admin API of the cloud that served this page, and nothing else: packages/local/src/http/README.md.
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';

/** What changes something has to carry it: no form can send it. */
const OURS = { 'x-earwitness': '1', 'content-type': 'application/json' };

/** The cloud refused, in its own words. */
export class AdminError extends Error {}

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
export async function post<Answer>(path: string, body: unknown): Promise<Answer> {
  return answerOf<Answer>(await reach(path, { method: 'POST', headers: OURS, body: JSON.stringify(body) }));
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`/_earwitness/${path}`, init);
  } catch {
    throw new AdminError('The local cloud cannot be reached: it has ended, or its port is another one now.');
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
