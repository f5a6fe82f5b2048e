// Who put an event where no trace tells: an execution stands in the event itself, a function in the permission that it
// was given right before. Permissions are told only while a console is open.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';

/** Ours: facts between a permission and the event that it was given for. */
const MOST_BETWEEN = 3;

export class Puts {
  /** Invocations without a trace that run now, by function. */
  readonly #running = new Map<string, Set<string>>();
  #allowed: { readonly invocationId: string; readonly bus: string; readonly seq: number } | undefined;
  /** The call whose events come now. */
  #call: { readonly requestId: string | undefined; readonly invocationId: string } | undefined;

  take(fact: Fact): void {
    switch (fact.kind) {
      case 'function.invoked': {
        if (fact.traceId !== undefined) return;
        const running = this.#running.get(fact.functionName);
        if (running) running.add(fact.invocationId);
        else this.#running.set(fact.functionName, new Set([fact.invocationId]));
        return;
      }
      case 'function.finished': {
        const running = this.#running.get(fact.functionName);
        running?.delete(fact.invocationId);
        if (running?.size === 0) this.#running.delete(fact.functionName);
        return;
      }
      case 'access.allowed': {
        if (fact.action !== 'events:PutEvents' || fact.traceId !== undefined) return;
        const [, name = ''] = /:assumed-role\/[^/]+\/([^/]+)$/.exec(fact.principal) ?? [];
        const [invocationId, other] = this.#running.get(name) ?? [];
        // Of two that run, nobody knows which it was.
        this.#allowed =
          invocationId === undefined || other !== undefined
            ? undefined
            : { invocationId, bus: fact.resource.replace(/^.*\//, ''), seq: fact.seq };
      }
    }
  }

  /** @returns the ARN of the execution, or the id of the invocation, that put the event */
  causeOf(fact: FactOf<'event.accepted'>): string | undefined {
    const [execution] = /arn:aws[\w-]*:states:[\w-]*:\d*:e(?:xecution|xpress):[^"\\]+/.exec(resourcesOf(fact)) ?? [];
    if (execution !== undefined) return execution;
    if (fact.traceId !== undefined) return undefined;
    const allowed = this.#allowed;
    if (allowed?.bus === fact.bus && fact.seq - allowed.seq <= MOST_BETWEEN) {
      this.#call = { requestId: fact.requestId, invocationId: allowed.invocationId };
      this.#allowed = undefined;
    }
    return this.#call !== undefined && this.#call.requestId === fact.requestId ? this.#call.invocationId : undefined;
  }
}

/** What Step Functions adds to an event: the machine and the execution that put it. */
function resourcesOf({ event }: FactOf<'event.accepted'>): string {
  if (!event.includes(':states:')) return '';
  const { resources } = JSON.parse(event) as { readonly resources?: unknown };
  return JSON.stringify(resources ?? []);
}
