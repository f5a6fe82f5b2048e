// What went along the arrows, and the executions of state machines: counted from the first fact on, whichever page is
// open.
import { onFacts } from '../journal/live.ts';
import { Executions } from './machine/executions.ts';
import { Traffic } from './traffic.ts';

export const traffic = new Traffic();
export const executions = new Executions();
onFacts({
  take(facts) {
    for (const fact of facts) {
      traffic.take(fact);
      executions.take(fact);
    }
  },
  forget() {
    traffic.forget();
    executions.forget();
  },
});
