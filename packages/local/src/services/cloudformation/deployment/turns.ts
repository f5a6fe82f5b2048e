// Turns: works under one name are done one after the other, whichever stack they belong to.

export interface Turns {
  /** Does the work when all earlier ones under that name have ended, however they ended. */
  take<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    async take(name, work) {
      const before = last.get(name);
      const own = (async () => {
        await before?.catch(() => {});
        return work();
      })();
      last.set(name, own);
      try {
        return await own;
      } finally {
        if (last.get(name) === own) last.delete(name);
      }
    },
  };
}
