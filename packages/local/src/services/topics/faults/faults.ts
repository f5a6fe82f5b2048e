// Faults that a call brings upon itself by its metadata: see plan.ts. Only without TLS, where momento-local's clients
// are and nobody else: the cloud ignores this metadata, and so does the TLS port.
import type { Clock } from '../../../clock/clock.ts';
import type { RpcCall, RpcMethod, RpcOutlet } from '../../../http/grpc/method.ts';
import { CallRefused, type GrpcStatus } from '../../../http/grpc/status.ts';
import { namesOf, type Plan, planOf } from './plan.ts';

/** Ours: turns of so many requests' ids are remembered; then the oldest begin anew. */
const REMEMBERED_TURNS = 10_000;

export class Faults {
  readonly #clock: Pick<Clock, 'setWireTimer'>;
  /** How often it was done, by request id, method and what it was. */
  readonly #turns = new Map<string, number>();

  constructor(clock: Pick<Clock, 'setWireTimer'>) {
    this.#clock = clock;
  }

  /** The same method, with what its calls ask for. */
  wrap(method: RpcMethod): RpcMethod {
    const names = namesOf(method.path);
    const planFor = (call: RpcCall) => (call.secure ? undefined : planOf(names, call.metadata));
    if (method.kind === 'unary') {
      return {
        ...method,
        run: async (request, call) => {
          const plan = planFor(call);
          if (plan) await this.#disturb(method.path, plan);
          return method.run(request, call);
        },
      };
    }
    return {
      ...method,
      open: async (request, call, outlet) => {
        const plan = planFor(call);
        if (plan) await this.#disturb(method.path, plan);
        await method.open(request, call, plan?.breakOff ? breakingOff(outlet, plan.breakOff) : outlet);
      },
    };
  }

  reset(): void {
    this.#turns.clear();
  }

  // A client measures delays on its own watch, so they are real time.
  async #disturb(path: string, { requestId, delay, error }: Plan): Promise<void> {
    if (delay && this.#isTurn(`${requestId} ${path} delay`, delay.count))
      await new Promise<void>((resolve) => this.#clock.setWireTimer(delay.delayMs, resolve));
    if (error && this.#isTurn(`${requestId} ${path} error`, error.count))
      throw new CallRefused({ code: error.code, message: 'The call asked for this error in its metadata.' });
  }

  #isTurn(key: string, count: number | undefined): boolean {
    if (count === undefined) return true;
    const done = this.#turns.get(key) ?? 0;
    if (done >= count) return false;
    this.#turns.set(key, done + 1);
    const [oldest] = this.#turns.keys();
    if (this.#turns.size > REMEMBERED_TURNS && oldest !== undefined) this.#turns.delete(oldest);
    return true;
  }
}

function breakingOff(outlet: RpcOutlet, { afterMessages, code }: NonNullable<Plan['breakOff']>): RpcOutlet {
  const status: GrpcStatus = { code, message: 'The call asked for this end of its stream in its metadata.' };
  let sent = 0;
  return {
    ...outlet,
    send(frame) {
      if (sent >= afterMessages) {
        outlet.end(status);
        return false;
      }
      const isReady = outlet.send(frame);
      sent++;
      if (sent === afterMessages) outlet.end(status);
      return isReady;
    },
  };
}
