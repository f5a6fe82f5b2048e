// Answers that are ready in one turn of the event loop are sent together, at its end. Each one wakes whoever waits for
// it, and a busy server that wakes its callers one by one spends a third of its time on that (`npm run bench --
// put-events`, `-- topics`).

/** Returns a function whose promise is kept at the end of the turn in which it is called. */
export function createEndOfTurn(): () => Promise<void> {
  let turn: Promise<void> | undefined;
  return () => {
    turn ??= new Promise((resolve) => {
      setImmediate(() => {
        turn = undefined;
        resolve();
      });
    });
    return turn;
  };
}
