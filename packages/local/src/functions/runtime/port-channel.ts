// A worker's channel: its port. Everything that is needed later is taken from it now, before a handler is loaded that may
// replace any prototype.
import type { MessagePort } from 'node:worker_threads';
import type { InvokeMessage, WorkerMessage } from '../worker/messages.ts';
import type { Channel } from './channel.ts';

export function createPortChannel(port: MessagePort): Channel {
  const { exit, nextTick } = process;
  const post: (message: WorkerMessage) => void = port.postMessage.bind(port);
  // An event is dispatched by whatever method the port has: its own cannot be replaced by a handler that would then see
  // the port.
  Object.assign(port, { dispatchEvent: EventTarget.prototype.dispatchEvent });
  return {
    listen(listener) {
      // Not at once: in the port's own callback, `executionAsyncResource()` is the port.
      port.on('message', (message: InvokeMessage) => nextTick(listener, message));
    },
    ref: port.ref.bind(port),
    unref: port.unref.bind(port),
    post,
    leave: exit,
  };
}
