// What the operations of Pipes share.
import type { Platform } from '../../platform.ts';
import { Pipes } from './pipes.ts';
import { type Running, startRunning } from './running.ts';

export interface Parts {
  readonly platform: Platform;
  readonly pipes: Pipes;
  readonly running: Running;
}

export function createParts(platform: Platform): Parts {
  const pipes = new Pipes(platform);
  return { platform, pipes, running: startRunning({ platform, pipes }) };
}
