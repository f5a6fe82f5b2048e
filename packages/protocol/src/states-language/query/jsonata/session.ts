// What one evaluation stands on. The library's frames carry it to wherever a function or a hook needs it.
import type { World } from '../world.ts';
import type { Meter } from './meter.ts';

export interface Session {
  readonly world: World;
  readonly meter: Meter;
}

/** A frame of the library: what a name means there. */
export interface Frame {
  lookup(name: string): unknown;
}

/** No variable can have a blank in its name. */
export const SESSION = 'the session';

export function sessionOf(frame: Frame): Session {
  return frame.lookup(SESSION) as Session;
}
