// A worker's channel: its port. Everything that is needed later is taken from it now, before a handler is loaded that
// may replace any prototype.
import type { MessagePort } from 'node:worker_threads';
import type { InvokeMessage, OwnerMessage, WorkerMessage } from '../../worker/messages.ts';
import type { Channel } from './channel.ts';

export function createPortChannel(port: MessagePort): Channel {
  const { exit, nextTick } = process;
  const post: (message: WorkerMessage) => void = port.postMessage.bind(port);
  const ref = port.ref.bind(port);
  const unref = port.unref.bind(port);
  // An event is dispatched by whatever method the port has: its own cannot be replaced by a handler that would then see
  // the port.
  Object.assign(port, { dispatchEvent: EventTarget.prototype.dispatchEvent });
  let isWaiting = false;
  /** Called when the owner has taken the last piece. */
  let onTaken: (() => void) | undefined;
  const taken = () => {
    const done = onTaken;
    onTaken = undefined;
    if (!isWaiting) unref();
    done?.();
  };
  return {
    listen(listener) {
      const hear = (message: OwnerMessage) => {
        const { kind } = message;
        if (kind === 'taken') taken();
        else listener(message satisfies InvokeMessage);
      };
      // Not at once: in the port's own callback, `executionAsyncResource()` is the port.
      port.on('message', (message: OwnerMessage) => nextTick(hear, message));
    },
    ref() {
      isWaiting = true;
      ref();
    },
    unref() {
      isWaiting = false;
      unref();
    },
    post,
    write(chunk, done) {
      onTaken = done;
      // Somebody who reads slowly is waited for.
      ref();
      post({ kind: 'chunk', ...chunk });
    },
    leave: exit,
  };
}
