// A server between a node and the simulated one, for tests: questions and answers get lost when the test says so, and
// what follows a stream stands still, as the connection of a process that is paused. Used by tests only.
import { type Server, ServerAway, type Stream, type StreamMessage } from './server.ts';

/** What becomes of a question. */
export type Fate = 'answered' | 'question lost' | 'answer lost';

export interface Faults {
  /** Asked with each question, by the name of the method and what it is about. */
  fate: (method: string, subject: string) => Fate | Promise<Fate>;
  /** Questions so far, by the name of the method. */
  readonly asked: Map<string, number>;
  /** Messages handed out by `follow` so far. */
  heard: number;
  /** What follows a stream hears nothing more, */
  pause(): void;
  /** and goes on with what is there by then. */
  goOn(): Promise<void>;
}

interface Following {
  leave: () => void;
  readonly start: () => Promise<void>;
}

export function withFaults(server: Server): { readonly server: Server; readonly faults: Faults } {
  const following = new Set<Following>();
  let isPaused = false;
  const faults: Faults = {
    fate: () => 'answered',
    asked: new Map(),
    heard: 0,
    pause() {
      isPaused = true;
      for (const { leave } of following) leave();
    },
    async goOn() {
      isPaused = false;
      for (const { start } of following) await start();
    },
  };

  async function ask<Answer>(method: string, subject: string, question: () => Promise<Answer>): Promise<Answer> {
    faults.asked.set(method, (faults.asked.get(method) ?? 0) + 1);
    const decided = faults.fate(method, subject);
    // Not awaited for nothing: publishes of one connection are stored in their order.
    const fate = decided instanceof Promise ? await decided : decided;
    if (fate === 'question lost') throw new ServerAway(`${method} '${subject}' was lost`);
    const answer = await question();
    if (fate === 'answer lost') throw new ServerAway(`the answer to ${method} '${subject}' was lost`);
    return answer;
  }

  function streamOf(stream: Stream): Stream {
    return {
      get era() {
        return stream.era;
      },
      publish: (subject, data, options) => ask('publish', subject, () => stream.publish(subject, data, options)),
      newest: (filter) => ask('newest', filter, () => stream.newest(filter)),
      read: (filter) => stream.read(filter),
      lastSequence: () => ask('lastSequence', '', () => stream.lastSequence()),
      remove: (place) => ask('remove', place.subject, () => stream.remove(place)),
      purge: (which) => ask('purge', which?.filter ?? '>', () => stream.purge(which)),
      follow: (filter, from, listener) =>
        ask('follow', filter, async () => {
          let next = from === 'next' ? (await stream.lastSequence()) + 1 : from;
          const hear = (message: StreamMessage) => {
            if (isPaused || message.sequence < next) return;
            next = message.sequence + 1;
            faults.heard++;
            listener(message);
          };
          const one: Following = {
            leave: () => {},
            start: async () => {
              // As who follows a real server: its sequences may have gone back.
              next = Math.min(next, (await stream.lastSequence()) + 1);
              one.leave = await stream.follow(filter, next, hear);
            },
          };
          following.add(one);
          await one.start();
          return () => {
            following.delete(one);
            one.leave();
          };
        }),
    };
  }

  return { faults, server: { ...server, stream: async (name) => streamOf(await server.stream(name)) } };
}
