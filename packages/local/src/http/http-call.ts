// The call that an HTTP request makes of an operation.
import type { Call, Principal } from '../call.ts';
import type { Caller } from '../permissions/credentials.ts';
import type { HttpResponse } from './door.ts';

// A class, because `signal` is made when first asked for: most operations answer at once and never look, and one that
// hands its call on (`{ ...call }`) does not ask.
export class HttpCall implements Call {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId: string;
  declare readonly traceId?: string;
  readonly #response: HttpResponse;
  #controller: AbortController | undefined;

  constructor({ account, region, principal }: Caller, requestId: string, response: HttpResponse) {
    this.account = account;
    this.region = region;
    this.principal = principal;
    this.requestId = requestId;
    this.#response = response;
    const traceId = response.req.headers['x-amzn-trace-id'];
    if (typeof traceId === 'string') this.traceId = traceId;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = new AbortController();
      const gone = () => controller.abort(new Error('The caller went away.'));
      if (this.#response.destroyed) gone();
      else this.#response.once('close', () => !this.#response.writableEnded && gone());
      this.#controller = controller;
    }
    return this.#controller.signal;
  }
}
