// The least that a server of Node does for a topic with ten queues: reads a form, keeps ten messages with ids of their own, answers. No
// signature of a caller is looked at, no policy, no subscription's filter; nothing is written down. For envelopes it signs each message
// once, as SNS does. It knows the calls of sns.bench.ts, and nothing else.
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Kept {
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  readonly sentAt: number;
}

/** Returns its port. */
export async function serveBareFanOut(): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const queues = new Map<string, Kept[]>();
  const topics = new Map<string, { isRaw: boolean; readonly queues: string[] }>();

  function publish(topicName: string, message: string): string {
    const id = randomUUID();
    const topic = topics.get(topicName) ?? { isRaw: true, queues: [] };
    const body = topic.isRaw ? message : envelope(topicName, id, message);
    const md5 = createHash('md5').update(body).digest('hex');
    for (const name of topic.queues) queues.get(name)?.push({ id: randomUUID(), body, md5, sentAt: Date.now() });
    return id;
  }

  function envelope(topicName: string, id: string, message: string): string {
    const said = { Message: message, MessageId: id, Timestamp: new Date().toISOString(), TopicArn: topicName };
    const signed = Object.entries({ ...said, Type: 'Notification' }).map(([name, value]) => `${name}\n${value}\n`);
    const signature = createSign('RSA-SHA1').update(signed.join('')).sign(privateKey, 'base64');
    return JSON.stringify({ Type: 'Notification', ...said, SignatureVersion: '1', Signature: signature });
  }

  function answerForm(form: URLSearchParams): string {
    const field = (name: string) => form.get(name) ?? '';
    const topicName = field('TopicArn');
    switch (field('Action')) {
      case 'CreateTopic':
        topics.set(field('Name'), { isRaw: false, queues: [] });
        return `<CreateTopicResponse><TopicArn>${field('Name')}</TopicArn></CreateTopicResponse>`;
      case 'Subscribe': {
        const topic = topics.get(topicName);
        if (topic) topic.isRaw = field('Attributes.entry.1.value') === 'true';
        topic?.queues.push(field('Endpoint'));
        return '<SubscribeResponse/>';
      }
      default:
        return `<PublishResponse><MessageId>${publish(topicName, field('Message'))}</MessageId></PublishResponse>`;
    }
  }

  function answerJson(operation: string, { QueueName, QueueUrl }: Readonly<Record<string, string>>): object {
    const name = QueueName ?? QueueUrl ?? '';
    if (operation === 'GetQueueAttributes') {
      return { Attributes: { QueueArn: name, ApproximateNumberOfMessages: String(queues.get(name)?.length) } };
    }
    queues.set(name, []);
    return { QueueUrl: name };
  }

  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString();
      const target = request.headers['x-amz-target'];
      const operation = String(target).replace('AmazonSQS.', '');
      response.writeHead(200);
      response.end(
        target ? JSON.stringify(answerJson(operation, JSON.parse(body))) : answerForm(new URLSearchParams(body)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
