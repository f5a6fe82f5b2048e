// What the guard measures: one subject of each tree at a time, both alive, their slices taken in turn. A machine that is busy with other
// things for some seconds is so for both.
import type { Figures } from './child.ts';
import type { Tree } from './tree.ts';

export interface Subject {
  /** A slice of the work. The median of the slices counts. */
  take(): Promise<Figures>;
  /** Ends it. Says what stands once. */
  end(): Promise<Figures>;
}

export interface Measure {
  /** Slices of a subject's life. */
  readonly slices: number;
  start(tree: Tree): Promise<Subject>;
}
