// How long an answer is waited for. What counts is the cloud's own time: while it is at work on anything, nobody is called silent.

export interface PatienceOptions {
  /** Whether the cloud was at work lately. */
  readonly isBusy: () => boolean;
}

export interface Watch {
  /** Waits only a moment from now on: an answer has begun that may never go on. */
  shorten(): void;
  stop(): void;
}

/** Ours: how long an idle cloud may take. */
const LIMIT_MS = 5000;
/** Ours: how long an answer that may stay open is listened to. */
const OPEN_MS = 30;
/** Ours: how long a busy cloud is waited for at most. */
const BUSY_LIMIT_MS = 60_000;

export class Patience {
  readonly #isBusy: () => boolean;

  constructor({ isBusy }: PatienceOptions) {
    this.#isBusy = isBusy;
  }

  /** Calls `giveUp` once when the time is over. */
  start(giveUp: () => void, limitMs = LIMIT_MS): Watch {
    const deadline = performance.now() + BUSY_LIMIT_MS;
    const look = () => {
      if (this.#isBusy() && performance.now() < deadline) timer = setTimeout(look, 500);
      else giveUp();
    };
    let timer = setTimeout(look, limitMs);
    return {
      shorten() {
        clearTimeout(timer);
        timer = setTimeout(giveUp, OPEN_MS);
      },
      stop: () => clearTimeout(timer),
    };
  }
}
