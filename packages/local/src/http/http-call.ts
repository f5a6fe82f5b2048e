// The call that an HTTP request makes of an operation.
import type { IncomingHttpHeaders } from 'node:http';
import type { Call, Principal } from '../call.ts';
import type { Caller } from '../permissions/credentials.ts';
import type { HttpRequest, HttpResponse } from './door.ts';

/** The request that makes the call. */
export interface Asking {
  readonly headers: IncomingHttpHeaders;
  /** Calls `tell` when the caller goes away before it has its answer. */
  whenGone(tell: () => void): void;
}

// A class, because `signal` is made when first asked for: most operations answer at once and never look, and one that
// hands its call on (`{ ...call }`) does not ask.
export class HttpCall implements Call {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId: string;
  declare readonly traceId?: string;
  readonly #asking: Asking;
  #controller: AbortController | undefined;

  constructor({ account, region, principal }: Caller, requestId: string, asking: Asking) {
    this.account = account;
    this.region = ownText(region);
    this.principal = principal;
    this.requestId = requestId;
    this.#asking = asking;
    const traceId = asking.headers['x-amzn-trace-id'];
    if (typeof traceId === 'string') this.traceId = ownText(traceId);
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      this.#asking.whenGone(() => controller.abort(new Error('The caller went away.')));
      this.#controller = controller;
    }
    return this.#controller.signal;
  }
}

/**
 * A copy that may be kept. To V8 a part of a text is a reference to the whole of it, here to the head of the request,
 * unless it is shorter than 13 characters.
 */
function ownText(part: string): string {
  return part.length < 13 ? part : Buffer.from(part, 'latin1').toString('latin1');
}

/** One that Node's HTTP server read. */
export function askingOf({ headers }: HttpRequest, response: HttpResponse): Asking {
  return {
    headers,
    whenGone(tell) {
      if (response.destroyed) tell();
      else response.once('close', () => !response.writableEnded && tell());
    },
  };
}
