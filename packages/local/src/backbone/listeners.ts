// Whoever listens to changes is told of all of them, also when another listener throws.

/** Is told what a listener has thrown, and what it listened to. */
export type OnFault = (about: string, error: unknown) => void;

/** Where nobody wants to know: the process is told. */
export const unhandled: OnFault = (_about, error) => void Promise.reject(error);

/** Tells each listener, in order. */
export function tellEach<Listener>(
  listeners: Iterable<Listener>,
  tell: (listener: Listener) => void,
  failed: (error: unknown) => void,
): void {
  for (const listener of listeners) {
    try {
      tell(listener);
    } catch (error) {
      failed(error);
    }
  }
}
