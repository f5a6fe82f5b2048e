// Topics over HTTP: publish and long poll on /topics/{cache}/{topic}. Here API destinations come in.
import { isUtf8 } from 'node:buffer';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { parseSequence, parseTopicPath, type TopicPath } from '@earwitness/protocol/internal/momento/http';
import { CallerGone } from '../../../http/body.ts';
import { createEndOfTurn, type Door } from '../../../http/door.ts';
import type { WholeAnswer } from '../../../http/whole/connection.ts';
import { createHttpDoor, type HttpAsk, jsonAnswer, NOTHING, readWholeBody } from '../http-door.ts';
import { poll } from '../operations/poll.ts';
import { publish } from '../operations/publish.ts';
import type { Parts } from '../parts.ts';
import type { TopicValue } from './topic.ts';

export function createTopicsHttpDoor(parts: Parts): Door {
  const endOfTurn = createEndOfTurn();
  return createHttpDoor(parts, {
    name: 'topics over HTTP',
    accepts: /^\/topics\/[^/?]+\/[^/?]+\/?(\?|$)/,
    methods: 'GET, POST, OPTIONS',
    answer: (ask) => answer(parts, ask, endOfTurn),
  });
}

async function answer(parts: Parts, ask: HttpAsk, endOfTurn: () => Promise<void>): Promise<WholeAnswer> {
  const { request } = ask;
  const path = parseTopicPath(ask.path);
  if (path === undefined || path === 'malformed')
    throw momentoError('INVALID_ARGUMENT_ERROR', `The path ${ask.path} is not URL-encoded as it should be.`);
  if (request.method === 'POST') {
    await publish(parts, { ...path, via: 'http' }, async () => ({
      caller: ask.identify(),
      ...(await readValue(request)),
    }));
    // After the item, which leaves at the end of the turn, too.
    await endOfTurn();
    return NOTHING;
  }
  if (request.method === 'GET') return jsonAnswer(200, await pollUntilGone(parts, path, ask));
  return jsonAnswer(405, { code: 'METHOD_NOT_ALLOWED', message: 'A topic takes POST (publish) and GET (subscribe).' });
}

/** `application/octet-stream` is binary; whatever else it says, a body is text. */
async function readValue(request: HttpAsk['request']): Promise<{ value: TopicValue; sizeBytes: number }> {
  const body = await readWholeBody(request);
  const sizeBytes = body.length;
  if (/^application\/octet-stream\b/i.test(request.headers['content-type'] ?? ''))
    return { value: { kind: 'binary', base64: body.toString('base64') }, sizeBytes };
  if (!isUtf8(body)) throw momentoError('INVALID_ARGUMENT_ERROR', 'The message is not UTF-8 text.');
  return { value: { kind: 'text', text: body.toString() }, sizeBytes };
}

async function pollUntilGone(parts: Parts, path: TopicPath, { query, identify, asking }: HttpAsk) {
  const resumeAt = parseSequence(query.get('sequence_number'));
  const page = parseSequence(query.get('sequence_page'));
  if (resumeAt === undefined || page === undefined)
    throw momentoError('INVALID_ARGUMENT_ERROR', 'sequence_number and sequence_page are whole numbers.');
  const gone = new AbortController();
  asking.whenGone(() => gone.abort(new Error('the caller went away')));
  try {
    return await poll(parts, { ...path, resumeAt, page }, { identify, signal: gone.signal });
  } catch (error) {
    throw gone.signal.aborted ? new CallerGone(error) : error;
  }
}
