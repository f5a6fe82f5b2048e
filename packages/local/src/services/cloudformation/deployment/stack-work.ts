// What work on one stack stands on, and what resource types are told of it.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { HIDDEN_VALUE } from '@earwitness/protocol/internal/template/parameter';
import { isMap, type Value } from '@earwitness/protocol/internal/template/value';
import type { Turns } from '../../../backbone/turns.ts';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import type { Properties, ResourcePlace, StackPlace, Working } from '../../../resources/resource.ts';
import type { StackRecord, StackStore } from '../stack.ts';
import type { StackEvents } from '../stack-event.ts';
import { readDynamicReferences } from './dynamic-reference.ts';

export interface StackWork {
  readonly platform: Platform;
  readonly stacks: StackStore;
  readonly events: StackEvents;
  readonly turns: Turns;
  /** The stack's id. */
  readonly stackId: string;
  /** What is asked for of the stack; its row has it only when the work is done. */
  readonly asked: Omit<StackPlace, 'id'>;
  readonly call: Call;
  readonly signal: AbortSignal;
  /** Values of NoEcho parameters: reasons do not repeat them. */
  readonly secrets: readonly string[];
}

export function stackOf({ stacks, stackId, call }: StackWork): StackRecord {
  return stacks.get(stackId, call);
}

export function placeOf(work: StackWork, logicalId: string): ResourcePlace & Working {
  const { asked, call, platform, signal, stackId } = work;
  const stackName = stackOf(work).name;
  return {
    call,
    dispatch: platform.dispatch,
    standIns: platform.standIns,
    stackName,
    stack: { id: stackId, ...asked },
    signal,
    logicalId,
    generateName({ maxLength = 255 } = {}) {
      const suffix = platform.ids.word(12).toUpperCase();
      const head = `${stackName}-${logicalId}`.slice(0, maxLength - suffix.length - 1);
      return `${head}-${suffix}`;
    },
  };
}

/** The properties with their dynamic references read. */
export async function live(properties: Properties, { platform, call }: StackWork): Promise<Properties> {
  // What was resolved is JSON; Properties only says so less exactly.
  const read = await readDynamicReferences(properties as Value, { ...platform, call });
  return isMap(read) ? read : {};
}

export function reasonOf(
  error: unknown,
  { platform, signal, secrets }: StackWork,
  { logicalId, line }: { readonly logicalId: string; readonly line?: number },
): string {
  if (signal.aborted) return 'Resource creation cancelled';
  const hide = (text: string) => secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN_VALUE), text);
  const place = line === undefined ? '' : ` (resource ${logicalId}, line ${line})`;
  if (error instanceof ServiceError) {
    const message = hide(error.message);
    if (error.code === 'ValidationError') return /\(line \d+\)$/.test(message) ? message : `${message}${place}`;
    return `Resource handler returned message: "${message}" (HandlerErrorCode: ${error.code})${place}`;
  }
  return `Internal Failure: ${platform.journal.fault(`resource ${logicalId}`, error, hide)}${place}`;
}
