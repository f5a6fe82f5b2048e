// Which door an input is for, and the input: both follow from the seed and the number alone.
import type { Numbered } from './batch.ts';
import { adminDoor, guardDoor } from './doors/admin.ts';
import { archiveDoor } from './doors/archives.ts';
import { jsonDoor, queryDoor, restDoor, xmlDoor } from './doors/aws.ts';
import { deployedDoor } from './doors/deployed.ts';
import type { Door } from './doors/door.ts';
import { patternDoor, putEventsDoor } from './doors/events.ts';
import { grpcDoor, grpcWebDoor, topicsDoor } from './doors/momento.ts';
import { socketDoor } from './doors/sockets.ts';
import { templateDoor } from './doors/templates.ts';
import { Random } from './prng.ts';

export const DOORS: readonly Door[] = [
  jsonDoor,
  queryDoor,
  restDoor,
  xmlDoor,
  patternDoor,
  putEventsDoor,
  templateDoor,
  archiveDoor,
  grpcDoor,
  grpcWebDoor,
  topicsDoor,
  deployedDoor,
  adminDoor,
  guardDoor,
  socketDoor,
];

export function generate(seed: number, index: number): Numbered {
  const random = new Random(seed, index);
  const door = random.weighted(DOORS);
  return { index, door: door.name, input: door.make(random) };
}
