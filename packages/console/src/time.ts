// The page's own time: for how long it works at a stretch, and when it draws. What happened in the cloud carries the
// cloud's time.

/** Ours: ms of work after which the page answers to its reader, so that nothing stutters. */
const SLICE_MS = 8;

/** Of the machine on which the page is, epoch ms. */
export function pageNow(): number {
  return Date.now();
}

/** Lets the page draw and take keys; resolves right after. */
export function yieldToPage(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Work that gives way: `await slice.rest()` between steps costs nothing until a slice is used up. */
export class Slice {
  #startedAt = performance.now();

  get isUsedUp(): boolean {
    return performance.now() - this.#startedAt > SLICE_MS;
  }

  async rest(): Promise<void> {
    if (!this.isUsedUp) return;
    await yieldToPage();
    this.#startedAt = performance.now();
  }
}

export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Ours: ms between two drawings of what has changed. Nobody reads faster, and each drawing of a list has its price. */
const DRAW_MS = 100;

/** Draws soon, and so often at most; however often it is asked. */
export function createFrame(draw: () => void): () => void {
  let isDue = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (isDue) return;
    isDue = true;
    const run = () => {
      isDue = false;
      drawnAt = performance.now();
      draw();
    };
    setTimeout(run, Math.max(0, drawnAt + DRAW_MS - performance.now()));
  };
}
