// EventBridge's two languages: event patterns (PutRule, TestEventPattern, archives) and events (PutEvents), deeper than the model goes.
import { encodeJson } from '../calls/json.ts';
import { inputPath, inputTemplate } from '../content/documents.ts';
import { detail, event, eventPattern } from '../content/event-pattern.ts';
import { mutate } from '../content/mutate.ts';
import { oddText, plainText } from '../content/text.ts';
import { type Fields, type Value, writeJson } from '../content/value.ts';
import type { HttpInput } from '../input.ts';
import { MODELS } from '../models.ts';
import type { Random } from '../prng.ts';
import type { Door } from './door.ts';

const call = (operation: string, input: Fields): HttpInput => encodeJson(MODELS.events, operation, input);

/** JSON text of a value: sound, with one thing changed, with a character changed, or no JSON at all. */
function jsonText(random: Random, value: Value): string {
  const choice = random.fraction();
  if (choice < 0.25) return writeJson(value);
  if (choice < 0.8) return writeJson(mutate(random, value));
  if (choice < 0.95) return String(mutate(random, [writeJson(value)].join('')));
  return oddText(random);
}

export const patternDoor: Door = {
  name: 'event patterns',
  weight: 10,
  make(random) {
    const EventPattern = jsonText(random, eventPattern(random));
    const choice = random.fraction();
    if (choice < 0.6) {
      const Event = random.chance(0.7) ? writeJson(event(random)) : jsonText(random, event(random));
      return call('TestEventPattern', { EventPattern, Event });
    }
    if (choice < 0.95) return call('PutRule', { Name: `fuzz-pattern-${random.whole(0, 4)}`, EventPattern });
    return call('UpdateArchive', { ArchiveName: 'fuzz-archive', EventPattern });
  },
};

export const putEventsDoor: Door = {
  name: 'PutEvents',
  weight: 8,
  make(random) {
    // Now and then the input of a target, because it is events that it shapes.
    if (random.chance(0.08)) return call('PutTargets', targets(random));
    const entries = Array.from({ length: random.pick([1, 1, 1, 2, 10]) }, () => entry(random));
    const input: Fields = { Entries: entries };
    return call('PutEvents', random.chance(0.3) ? (mutate(random, input) as Fields) : input);
  },
};

function entry(random: Random): Value {
  return {
    Source: random.pick(['OrderService', 'fuzz', 'a', 'ab']),
    DetailType: random.pick(['OrderCreated', 'order', 'x*y']),
    Detail: jsonText(random, detail(random)),
    EventBusName: random.pick([
      'default',
      'fuzz-bus',
      'none',
      'arn:aws:events:us-east-1:000000000000:event-bus/fuzz-bus',
    ]),
    ...(random.chance(0.2) && { Time: random.pick([1_700_000_000, 0, -1, 8.64e12, '2026-01-01T00:00:00Z', 1.5]) }),
    ...(random.chance(0.2) && { Resources: [plainText(random), 'arn:aws:sqs:us-east-1:000000000000:fuzz-queue'] }),
    ...(random.chance(0.1) && {
      TraceHeader: random.pick(['Root=1-5759e988-bd862e3fe1be46a994272793', '', ';;', 'Root']),
    }),
  };
}

function targets(random: Random): Fields {
  const shape: Fields = random.pick<() => Fields>([
    () => ({ InputPath: random.chance(0.6) ? inputPath(random) : oddText(random) }),
    () => ({ Input: jsonText(random, detail(random)) }),
    () => ({
      InputTransformer: {
        InputPathsMap: { id: inputPath(random), time: random.chance(0.7) ? '$.time' : oddText(random) },
        InputTemplate: random.chance(0.6) ? inputTemplate(random) : String(mutate(random, inputTemplate(random))),
      },
    }),
  ])();
  const target: Fields = {
    Id: `t${random.whole(3, 6)}`,
    Arn: 'arn:aws:sqs:us-east-1:000000000000:fuzz-queue',
    ...shape,
  };
  return { Rule: 'fuzz-rule', Targets: [target] };
}
