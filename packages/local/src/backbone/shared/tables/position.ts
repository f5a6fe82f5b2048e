// How far a node has come in a stream, and who waits for it to come further.
import { TimerHeap } from '../../../clock/timer-heap.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Position {
  readonly #waiting = new TimerHeap<Waiting>();
  #sequence = 0;
  #end: Error | undefined;

  /** Sequence of the newest message that was seen. */
  get sequence(): number {
    return this.#sequence;
  }

  moveTo(sequence: number): void {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    while (this.#waiting.firstAt <= sequence) this.#waiting.takeFirst()?.resolve();
  }

  /** The stream's numbers went back, and all that there is was read anew: whoever waits has what it waited for. */
  backTo(sequence: number): void {
    this.#sequence = sequence;
    for (let next = this.#waiting.takeFirst(); next; next = this.#waiting.takeFirst()) next.resolve();
  }

  /** Resolves when the message with this sequence, or a later one, was seen. */
  async reached(sequence: number): Promise<void> {
    if (sequence <= this.#sequence) return;
    if (this.#end) throw this.#end;
    await new Promise<void>((resolve, reject) => this.#waiting.add(sequence, { resolve, reject }));
  }

  /** It comes no further: whoever waits is told why. */
  end(reason: Error): void {
    this.#end = reason;
    for (let next = this.#waiting.takeFirst(); next; next = this.#waiting.takeFirst()) next.reject(reason);
  }
}
