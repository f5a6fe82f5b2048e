// How long an answer is waited for. What counts is the cloud's own time: while it is at work on anything, nobody is called silent.

export interface PatienceOptions {
  /** Whether the cloud was at work lately. */
  readonly isBusy: () => boolean;
}

export interface Watch {
  stop(): void;
}

/** Ours: how long an idle cloud may take. */
const LIMIT_MS = 5000;
/** Ours: how long an answer is listened to that may never come, or never end. */
const OPEN_MS = 60;
/** Ours: how long a busy cloud is waited for at most. */
const BUSY_LIMIT_MS = 60_000;

export class Patience {
  readonly #isBusy: () => boolean;

  constructor({ isBusy }: PatienceOptions) {
    this.#isBusy = isBusy;
  }

  /** Calls `giveUp` once when an answer is overdue. */
  start(giveUp: () => void): Watch {
    const deadline = performance.now() + BUSY_LIMIT_MS;
    const look = () => {
      if (this.#isBusy() && performance.now() < deadline) timer = setTimeout(look, 500);
      else giveUp();
    };
    let timer = setTimeout(look, LIMIT_MS);
    return { stop: () => clearTimeout(timer) };
  }

  /** Calls `giveUp` soon, busy or not. */
  startOpen(giveUp: () => void): Watch {
    const timer = setTimeout(giveUp, OPEN_MS);
    return { stop: () => clearTimeout(timer) };
  }
}
