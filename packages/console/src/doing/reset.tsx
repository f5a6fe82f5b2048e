// The cloud forgets what was left behind, or everything.
import { post } from '../admin.ts';
import { forget } from '../journal/live.ts';
import { Outcome, useDeed } from '../parts/outcome.tsx';
import { QuestionButton } from '../parts/question.tsx';
import { readTargets } from './targets.ts';

export function Reset() {
  const deed = useDeed();
  const reset = async (keepStacks: boolean) => {
    await post('reset', keepStacks ? { keepStacks } : {});
    forget();
    await readTargets();
    return keepStacks ? 'Messages, events and the journal are gone; what was made stays.' : 'The cloud is empty.';
  };
  return (
    <section class="card" aria-label="Start over">
      <h2>Start over</h2>
      <p class="actions">
        <QuestionButton
          label="Forget what came in"
          question="Messages in queues, events and executions under way and the journal are forgotten. Stacks, resources and items of tables stay."
          yes="Forget it"
          onYes={() => deed.run(() => reset(true))}
        />
        <QuestionButton
          label="Forget everything"
          question="Every stack, resource, message and item of this cloud is forgotten. What “earwitness dev” deployed comes back when it is started again."
          yes="Forget everything"
          onYes={() => deed.run(() => reset(false))}
        />
      </p>
      <Outcome deed={deed} />
    </section>
  );
}
