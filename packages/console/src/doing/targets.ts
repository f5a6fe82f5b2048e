// What something can be done with: buses, queues, functions and destinations of the cloud, asked for when the page is
// opened and after something was made or reset.
import type { CloudMap } from '@earwitness/protocol/internal/admin/cloud-map';
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import { effect, signal } from '@preact/signals';
import { readMap, readState } from '../admin.ts';
import { createBeat } from '../parts/beat.ts';

/** Ours. */
const BEAT_MS = 1500;

export interface Targets {
  /** Absent until the cloud has told of them once. */
  readonly state?: CloudState;
  readonly map?: CloudMap;
  readonly problem?: string;
}

export const targets = signal<Targets>({});

/** Until the returned function is called. */
export function followTargets(): () => void {
  const { beat, stop } = createBeat(BEAT_MS);
  const stopReading = effect(() => {
    beat.value;
    void readTargets();
  });
  return () => {
    stopReading();
    stop();
  };
}

export async function readTargets(): Promise<void> {
  try {
    const [state, map] = await Promise.all([readState(), readMap()]);
    targets.value = { state, map };
  } catch (error) {
    targets.value = { ...targets.peek(), problem: error instanceof Error ? error.message : String(error) };
  }
}

export interface Choice {
  /** ARN. */
  readonly id: string;
  readonly title: string;
}

/** Names that several bear have their account and region beside them. */
export function choicesOf(all: readonly Choice[]): Choice[] {
  const counts = new Map<string, number>();
  for (const { title } of all) counts.set(title, (counts.get(title) ?? 0) + 1);
  return all.map(({ id, title }) => {
    const [, , , region = '', account = ''] = id.split(':');
    return { id, title: (counts.get(title) ?? 0) > 1 ? `${title} (${account}, ${region})` : title };
  });
}
