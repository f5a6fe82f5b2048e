// The call that an HTTP request makes of an operation.
import type { IncomingHttpHeaders } from 'node:http';
import type { Call, Principal } from '../call.ts';
import type { Caller } from '../permissions/credentials.ts';
import { type HttpRequest, type HttpResponse, isGone } from './door.ts';
import { ownText } from './whole/own-text.ts';

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

/** One that Node's HTTP server read. */
export function askingOf({ headers }: HttpRequest, response: HttpResponse): Asking {
  return {
    headers,
    whenGone(tell) {
      if (isGone(response)) tell();
      else response.once('close', () => !response.writableEnded && tell());
    },
  };
}
