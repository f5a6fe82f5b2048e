// Every fact in words, once: pages, the drawing of evidence, journeys and the command line read them here, so that a
// fact has the same words everywhere, and a new kind of fact does not compile before it has some. Which facts are shown
// where is decided by a table of each reader. The words quote what others wrote and are not escaped: showing them
// safely is the reader's task. Long because every kind of fact has its words here.

import { errorText } from './error-text.ts';
import { executionWords } from './execution-words.ts';
import type { DeliveryRef, Fact, FactOf, Failure } from './fact.ts';
import { type NameOf, plainName } from './names.ts';
import { recordsWords } from './records-words.ts';
import { statusText } from './status.ts';

/** Where on its way an event is, or what else a fact is about. */
export type Stop =
  | 'request'
  | 'answer'
  | 'function'
  | 'stand-in'
  | 'PutEvents'
  | 'bus'
  | 'rule'
  | 'input'
  | 'attempt'
  | 'dead letter'
  | 'schedule'
  | 'pipe'
  | 'stream'
  | 'table'
  | 'execution'
  | 'state'
  | 'topic item'
  | 'notification'
  | 'received'
  | 'webhook'
  | 'subscription'
  | 'access'
  | 'refused'
  | 'call'
  | 'log'
  | 'stack'
  | 'node'
  | 'clock'
  | 'journal'
  | 'warning'
  | 'fault';

/** A fact in words. */
export interface Words {
  readonly stop: Stop;
  /** `bad`: something went wrong here. `plain`: neither good nor bad. */
  readonly tone: 'good' | 'bad' | 'plain';
  /** A few words, for a drawing. */
  readonly label: string;
  /** One line beside the name of the stop. */
  readonly text: string;
  /** The same as a sentence that needs no context. */
  readonly sentence: string;
}

/**
 * The words of a fact.
 * @param event what its event is called: `OrderCreated from OrderService`; most facts have the id alone
 * @param nameOf what functions, rules, queues and destinations are called
 */
export function wordsOf(fact: Fact, event = 'an event', nameOf: NameOf = plainName): Words {
  switch (fact.kind) {
    case 'call':
      return callWords(fact);
    case 'access.denied':
      return bad('access', `denied: ${fact.action}`, `${fact.message}. ${fact.hint}`);
    case 'access.allowed':
      return allowedWords(fact, nameOf);
    case 'request.refused': {
      const text = `${fact.method} ${fact.path}  ${fact.message}`;
      return {
        ...bad('refused', 'refused', text),
        sentence: `${fact.method} ${fact.path} was refused: ${fact.message}`,
      };
    }
    case 'request.received':
      return plain('request', `${fact.method} ${fact.path}`);
    case 'request.authorized':
      return authorizerWords(fact);
    case 'request.answered':
      return answerWords(fact);
    case 'function.invoked':
      return invocationWords(fact, nameOf);
    case 'function.log':
      return { ...plain('log', fact.line), sentence: `function ${nameOf(fact.functionName)} wrote: ${fact.line}` };
    case 'function.overdue': {
      const limit = `${fact.limitMs / 1000} s`;
      const text = `${nameOf(fact.functionName)} runs for more than ${limit}: time-outs are off, an inspector is open`;
      return { ...bad('function', 'overdue', text), sentence: `function ${text}` };
    }
    case 'function.finished':
      return functionEndWords(fact, nameOf);
    case 'batch.returned':
      return batchWords(fact, nameOf);
    case 'message.redriven':
      return redriveWords(fact, nameOf);
    case 'notification.published': {
      const topic = nameOf(fact.topicArn);
      const taken = counted(fact.subscriptions, 'subscription');
      const filtered = fact.filtered === 0 ? '' : `, kept out of ${fact.filtered} by filter policies`;
      const text = `${topic}, for ${taken}${filtered}`;
      const tone = fact.subscriptions === 0 ? bad : good;
      const sentence = `message ${fact.messageId} was published to topic ${topic} for ${taken}${filtered}`;
      return { ...tone('notification', topic, text), sentence };
    }
    case 'notification.delivered': {
      const queues = fact.to.map(({ endpoint }) => nameOf(endpoint)).join(', ');
      const sentence = `message ${fact.messageId} of topic ${nameOf(fact.topicArn)} was delivered to ${queues}`;
      return { ...good('attempt', `delivered to ${counted(fact.to.length, 'queue')}`, queues), sentence };
    }
    case 'notification.attempted':
      return notificationWords(fact, nameOf);
    case 'notification.dead-lettered':
    case 'notification.dropped':
      return lostNotificationWords(fact, nameOf);
    case 'stand-in.received':
      return standInWords(fact, event);
    case 'event.accepted': {
      const title = `${fact.detailType} from ${fact.source}`;
      return {
        ...good('PutEvents', `${fact.detailType} on ${fact.bus}`, `${title} on ${fact.bus}`),
        sentence: `published to bus ${fact.bus}: ${title}`,
      };
    }
    case 'entry.rejected': {
      const reason = `${fact.code}: ${fact.message}`;
      const text = `entry ${fact.index} for ${fact.bus} refused, ${reason}`;
      const sentence = `PutEvents refused entry ${fact.index} for bus ${fact.bus}: ${reason}`;
      return { ...bad('PutEvents', `refused: ${fact.code}`, text), sentence };
    }
    case 'bus.missing': {
      const sentence = `${event} went to bus ${fact.bus}, which does not exist: accepted and dropped`;
      return { ...bad('bus', `no bus ${fact.bus}`, `there is no bus ${fact.bus}: the event is dropped`), sentence };
    }
    case 'rule.matched': {
      const rule = nameOf(fact.rule);
      const text = `${rule} matched, ${counted(fact.targets, 'target')}`;
      return { ...good('rule', rule, text), sentence: `${event} matched rule ${rule} of bus ${fact.bus}` };
    }
    case 'event.unmatched': {
      const sentence =
        fact.rules === 0
          ? `${event} was put on bus ${fact.bus}, which has no rules`
          : `${event} matched none of the ${fact.rules} rules of bus ${fact.bus}`;
      return { ...bad('rule', `none of ${fact.rules} on ${fact.bus} matched`), sentence };
    }
    case 'delivery.shaped': {
      const text = fact.input === undefined ? 'the event as it is' : fact.input;
      const label = fact.input === undefined ? 'the whole event' : 'shaped';
      return { ...plain('input', label, text), sentence: `${nameOf(fact.targetArn)} gets ${text}` };
    }
    case 'delivery.attempted':
      return attemptWords(fact, event, nameOf);
    case 'delivery.delayed': {
      const sentence = `delivering ${deliveryName(fact, event, nameOf)} was delayed: ${fact.reason}`;
      return {
        ...plain('attempt', `delayed: ${fact.reason}`, `${nameOf(fact.targetArn)} waits: ${fact.reason}`),
        sentence,
      };
    }
    case 'delivery.dead-lettered':
    case 'delivery.dropped':
      return endWords(fact, event, nameOf);
    case 'bucket.notified':
      return bucketWords(fact, nameOf);
    case 'schedule.attempted':
      return scheduleWords(fact, nameOf);
    case 'schedule.failed':
      return scheduleEndWords(fact, nameOf);
    case 'schedule.completed': {
      const text = `${nameOf(fact.scheduleArn)} was deleted after its last invocation`;
      return { ...plain('schedule', text), sentence: `schedule ${text}` };
    }
    case 'pipe.filtered': {
      const text = `${nameOf(fact.pipeArn)} let through none of ${counted(fact.messageIds.length, 'message')}`;
      const sentence = `no filter of pipe ${nameOf(fact.pipeArn)} lets ${counted(fact.messageIds.length, 'message')} of ${nameOf(fact.sourceArn)} through: deleted`;
      return { ...plain('pipe', text), sentence };
    }
    case 'pipe.passed':
      return pipeWords(fact, nameOf);
    case 'records.filtered':
    case 'records.failed':
    case 'records.discarded':
    case 'item.expired':
      return recordsWords(fact, nameOf);
    case 'execution.started':
    case 'execution.redriven':
    case 'state.entered':
    case 'task.attempted':
    case 'state.failed':
    case 'execution.ended':
      return executionWords(fact, nameOf);
    case 'topic.published': {
      const item = `${fact.cache}/${fact.topic} #${fact.sequenceNumber}`;
      const sentence = `item ${fact.sequenceNumber} was published to topic ${fact.cache}/${fact.topic}`;
      return { ...good('topic item', item, `${item}, ${fact.sizeBytes} bytes`), sentence };
    }
    case 'topic.refused': {
      const reason = `${fact.code}: ${fact.message}`;
      const where = `${fact.cache}/${fact.topic}`;
      return {
        ...bad('topic item', `refused: ${fact.code}`, `refused by ${where}, ${reason}`),
        sentence: `topic ${where} refused a message: ${reason}`,
      };
    }
    case 'webhook.called':
      return webhookWords(fact);
    case 'subscription.opened':
      return subscriptionWords(fact, 'opened');
    case 'subscription.received': {
      const by = `by subscription ${fact.subscriptionId}`;
      return { ...good('received', by), sentence: `item ${fact.sequenceNumber} was received ${by}` };
    }
    case 'subscription.skipped': {
      const missed = `missed items ${fact.firstMissed} to ${fact.lastMissed}, because it read too slowly`;
      return { ...subscriptionWords(fact, missed), tone: 'bad' };
    }
    case 'subscription.closed':
      return subscriptionWords(fact, `closed: ${fact.reason}`);
    case 'stack':
      return stackWords(fact);
    case 'journal.skipped':
      return bad(
        'journal',
        `facts ${fact.firstMissed} to ${fact.lastMissed} were dropped by the journal before they came here`,
      );
    case 'node':
      return nodeWords(fact);
    case 'shard.taken': {
      const { shard, from } = fact;
      if (from === undefined) return plain('node', `this node keeps shard ${shard}`);
      return bad(
        'node',
        `this node keeps shard ${shard} of ${from}, which is gone: its queues and jobs waited until now`,
      );
    }
    case 'clock.advanced': {
      const text = `advanced by ${fact.byMs} ms`;
      return { ...plain('clock', text), sentence: `the cloud's clock was ${text}` };
    }
    case 'warning':
      return bad('warning', fact.about, `${fact.about}: ${fact.message}`);
    case 'fault': {
      const sentence = `a fault of the local cloud (${fact.about}): ${fact.message}`;
      return { ...bad('fault', fact.about, `${fact.about}: ${fact.message}`), sentence };
    }
  }
}

function nodeWords({ what, node, address }: FactOf<'node'>): Words {
  const name = `${node} at ${address}`;
  switch (what) {
    case 'joined':
      return good('node', `${name} joined`);
    case 'gone':
      return plain('node', `${name} is gone`);
    case 'taken for dead':
      return bad('node', `${name} was not heard of and is taken for dead: what it had in hand comes again`);
    case 'expelled':
      return bad(
        'node',
        `this node (${name}) was taken for dead by the others and joins again: what it had in hand is theirs`,
      );
  }
}

function webhookWords({ cache, topic, sequenceNumber, webhook, url, status, cause }: FactOf<'webhook.called'>): Words {
  const outcome = status === undefined ? `failed: ${cause}` : `answered ${statusText(status)}`;
  const isGood = status !== undefined && status >= 200 && status < 300;
  const text = `webhook ${webhook} (${url}) ${outcome}`;
  const sentence = `${text} to item ${sequenceNumber} of topic ${cache}/${topic}`;
  return { ...(isGood ? good : bad)('webhook', `webhook ${outcome}`, text), sentence };
}

function allowedWords({ principal, action, resource, by }: FactOf<'access.allowed'>, nameOf: NameOf): Words {
  const why = {
    'resource policy': `the policy of ${nameOf(resource)} allows it`,
    'identity policy': 'a policy of the role allows it',
    'no such role': 'nobody made the role, so that it may do what its account may',
  }[by];
  const text = `${nameOf(principal)} may do ${action} to ${nameOf(resource)}: ${why}`;
  return { ...plain('access', `allowed: ${action}`, text), sentence: text };
}

function callWords({ service, operation, error, status, isInjected }: FactOf<'call'>): Words {
  const outcome = error === undefined ? '' : `: ${error.code}: ${error.message}`;
  const text = `${service} ${operation}${outcome}${isInjected && error === undefined ? ' (delayed, injected)' : ''}`;
  // The caller of a refused call knows about it; only a fault of the service is bad news for others.
  return {
    stop: 'call',
    tone: status >= 500 ? 'bad' : 'plain',
    label: `${service} ${operation}`,
    text,
    sentence: text,
  };
}

function authorizerWords({ authorizer, outcome, isKept }: FactOf<'request.authorized'>): Words {
  const kept = isKept ? ', as before: it was not asked again' : '';
  const text = `${outcome} by the authorizer ${authorizer}${kept}`;
  const words = outcome === 'allowed' ? good('access', outcome, text) : bad('access', outcome, text);
  return { ...words, sentence: `a request was ${text}` };
}

function answerWords({ status, reason }: FactOf<'request.answered'>): Words {
  const answer = statusText(status);
  const text = `${answer}${reason ? `  ${reason}` : ''}`;
  const sentence = `answered ${status}${reason ? `: ${reason}` : ''}`;
  return { stop: 'answer', tone: status < 400 ? 'good' : 'bad', label: answer, text, sentence };
}

function invocationWords({ functionName, batch, records }: FactOf<'function.invoked'>, nameOf: NameOf): Words {
  const name = nameOf(functionName);
  if (records) {
    const what = `${counted(records.count, 'record')} of ${nameOf(records.sourceArn)}`;
    return { ...plain('function', name, `${name}, ${what}`), sentence: `function ${name} was invoked with ${what}` };
  }
  if (!batch) return { ...plain('function', name), sentence: `function ${name} was invoked` };
  const what = `${counted(batch.messageIds.length, 'message')} of ${nameOf(batch.queueArn)}`;
  return { ...plain('function', name, `${name}, ${what}`), sentence: `function ${name} was invoked with ${what}` };
}

function functionEndWords({ functionName, outcome, error }: FactOf<'function.finished'>, nameOf: NameOf): Words {
  const name = nameOf(functionName);
  if (outcome === 'returned') return { ...good('function', name), sentence: `function ${name} returned` };
  const text = `${name} ${outcome}${error ? `: ${errorText(error)}` : ''}`;
  return { ...bad('function', `${name} ${outcome}`, text), sentence: `function ${text}` };
}

function batchWords(fact: FactOf<'batch.returned'>, nameOf: NameOf): Words {
  const name = nameOf(fact.functionName);
  const text = `${name} gave back ${fact.messageIds.length} of ${counted(fact.of, 'message')}`;
  return {
    ...bad('function', text, `${text} to ${nameOf(fact.queueArn)}`),
    sentence: `function ${text} to queue ${nameOf(fact.queueArn)}`,
  };
}

function redriveWords(fact: FactOf<'message.redriven'>, nameOf: NameOf): Words {
  const [queue, dead] = [nameOf(fact.queueArn), nameOf(fact.deadLetterQueueArn)];
  const times = fact.receives === 1 ? 'once' : `${fact.receives} times`;
  return {
    ...bad('dead letter', `redriven to ${dead}`, `received ${times} from ${queue} → ${dead}`),
    sentence: `a message was received ${times} from queue ${queue} and moved to its dead-letter queue ${dead}`,
  };
}

function notificationWords(fact: FactOf<'notification.attempted'>, nameOf: NameOf): Words {
  const [topic, endpoint] = [nameOf(fact.topicArn), nameOf(fact.endpoint)];
  const message = `message ${fact.messageId} of topic ${topic} to ${endpoint}`;
  if (fact.outcome === 'delivered') {
    const text = [endpoint, ...(fact.status === undefined ? [] : [statusText(fact.status)])].join('  ');
    return { ...good('attempt', `delivered to ${endpoint}`, text), sentence: `${message} was delivered` };
  }
  const next = fact.outcome === 'retry' ? [`next attempt in ${((fact.retryAt - fact.at) / 1000).toFixed(1)} s`] : [];
  return {
    ...bad('attempt', `${endpoint}: ${fact.reason}`, [endpoint, fact.reason, ...next].join('  ')),
    sentence: `delivering ${message} failed: ${fact.reason}`,
  };
}

function lostNotificationWords(
  fact: FactOf<'notification.dead-lettered' | 'notification.dropped'>,
  nameOf: NameOf,
): Words {
  const [topic, endpoint] = [nameOf(fact.topicArn), nameOf(fact.endpoint)];
  const attempts = counted(fact.attempts, 'attempt');
  const whose = `message ${fact.messageId} of topic ${topic} to ${endpoint}`;
  if (fact.kind === 'notification.dropped') {
    return {
      ...bad('dead letter', 'dropped', `dropped after ${attempts} at ${endpoint}, ${fact.reason}`),
      sentence: `${whose} was dropped after ${attempts}: ${fact.reason}`,
    };
  }
  return {
    ...bad('dead letter', 'dead letter', `${fact.reason} after ${attempts} at ${endpoint} → ${nameOf(fact.queueArn)}`),
    sentence: `${whose} is a dead letter after ${attempts}: ${fact.reason}`,
  };
}

function standInWords({ name, type, via, operation }: FactOf<'stand-in.received'>, event: string): Words {
  const what = via === 'call' ? `${name} ${operation}` : `${name} (${type})`;
  const came = {
    rule: `${event} was sent to ${what}`,
    schedule: `a schedule called ${what}`,
    pipe: `a pipe sent to ${what}`,
    invocation: `${what} was invoked`,
    destination: `the result of an invocation was sent to ${what}`,
    integration: `a request was handed to ${what}`,
    authorizer: `a request was let in without ${what} being asked`,
    call: `${what} was called`,
  }[via];
  return {
    ...plain('stand-in', `${name} stands in`, `${what} stands in: nothing more happens there`),
    sentence: `${came}, which stands in: nothing more happens there`,
  };
}

function attemptWords(fact: FactOf<'delivery.attempted'>, event: string, nameOf: NameOf): Words {
  const target = nameOf(fact.targetArn);
  const status = fact.status === undefined ? undefined : statusText(fact.status);
  const url = fact.url === undefined ? [] : [fact.url];
  const delivery = deliveryName(fact, event, nameOf);
  const injected = fact.isInjected ? ', injected' : '';
  if (fact.outcome === 'delivered') {
    const text =
      [target, ...(status === undefined ? [] : [status]), ...url].join('  ') + (injected && '  (delayed, injected)');
    return {
      ...good('attempt', status === undefined ? `delivered to ${target}` : `${target}: ${status}`, text),
      sentence: `${delivery} was delivered${injected && ', delayed by a fault that was injected'}`,
    };
  }
  const cause = fact.cause ?? status ?? reasonOf(fact);
  const next = fact.outcome === 'retry' ? [`next attempt in ${((fact.retryAt - fact.at) / 1000).toFixed(1)} s`] : [];
  return {
    ...bad(
      'attempt',
      `${target}: ${fact.cause ?? status ?? fact.code}${injected}`,
      [target, `${cause}${injected}`, ...url, ...next].join('  '),
    ),
    sentence: `delivering ${delivery} failed${status === undefined ? '' : `, status ${status}`}: ${reasonOf(fact)}${injected}`,
  };
}

function endWords(fact: FactOf<'delivery.dead-lettered' | 'delivery.dropped'>, event: string, nameOf: NameOf): Words {
  const target = nameOf(fact.targetArn);
  const attempts = counted(fact.attempts, 'attempt');
  const cause = fact.cause ?? fact.code;
  const whose = `${event} (rule ${nameOf(fact.rule)}, target ${target})`;
  if (fact.kind === 'delivery.dropped') {
    return {
      ...bad('dead letter', `dropped: ${cause}`, `dropped after ${attempts} at ${target}, ${reasonOf(fact)}`),
      sentence: `${whose} was dropped after ${attempts}: ${reasonOf(fact)}`,
    };
  }
  return {
    ...bad(
      'dead letter',
      `dead letter: ${cause}`,
      `${cause} after ${attempts} at ${target} → ${nameOf(fact.queueArn)}`,
    ),
    sentence: `${whose} is a dead letter after ${attempts}: ${reasonOf(fact)}`,
  };
}

function bucketWords(fact: FactOf<'bucket.notified'>, nameOf: NameOf): Words {
  const target = nameOf(fact.targetArn);
  const what = `${fact.event} of ${fact.bucket}${fact.key === undefined ? '' : `/${fact.key}`}`;
  const whole = `${what} to ${target} (configuration ${fact.configurationId})`;
  if (fact.outcome === 'delivered') {
    return {
      ...good('notification', `${fact.event} to ${target}`, `${what} to ${target}`),
      sentence: `${whole} was delivered`,
    };
  }
  const next = fact.outcome === 'retry' ? `; next attempt in ${((fact.retryAt - fact.at) / 1000).toFixed(1)} s` : '';
  const end = fact.outcome === 'retry' ? 'could not be delivered yet' : 'could not be delivered, and is lost';
  return {
    ...bad(
      'notification',
      `${fact.event} to ${target}: ${fact.code}`,
      `${what} to ${target}  ${reasonOf(fact)}${next}`,
    ),
    sentence: `${whole} ${end}: ${reasonOf(fact)}${next}`,
  };
}

/** `OrderCreated from OrderService to Shipping (rule Placed)` */
function deliveryName(fact: DeliveryRef, event: string, nameOf: NameOf): string {
  return `${event} to ${nameOf(fact.targetArn)} (rule ${nameOf(fact.rule)})`;
}

/** The cause, and EventBridge's words for it. */
function reasonOf({ code, message, cause }: Failure): string {
  return cause === undefined ? `${code}: ${message}` : `${cause} (${code}: ${message})`;
}

function subscriptionWords(
  fact: { readonly cache: string; readonly topic: string; readonly subscriptionId: string },
  what: string,
): Words {
  const text = `${fact.subscriptionId} to ${fact.cache}/${fact.topic} ${what}`;
  return { ...plain('subscription', text), sentence: `subscription ${text}` };
}

function scheduleWords(fact: FactOf<'schedule.attempted'>, nameOf: NameOf): Words {
  const [schedule, target] = [nameOf(fact.scheduleArn), nameOf(fact.targetArn)];
  const what = `${schedule} for ${new Date(fact.scheduledAt).toISOString().slice(0, 19)}Z`;
  if (fact.outcome === 'delivered') {
    const text = `${what} called ${target}`;
    return { ...good('schedule', `${schedule} fired`, text), sentence: `schedule ${text}` };
  }
  const next = fact.outcome === 'retry' ? `, next attempt in ${((fact.retryAt - fact.at) / 1000).toFixed(1)} s` : '';
  const text = `${what} could not call ${target}: ${reasonOf(fact)}${next}`;
  return { ...bad('schedule', `${schedule}: ${fact.code}`, text), sentence: `schedule ${text}` };
}

function scheduleEndWords(fact: FactOf<'schedule.failed'>, nameOf: NameOf): Words {
  const schedule = nameOf(fact.scheduleArn);
  const attempts = counted(fact.attempts, 'attempt');
  const where = fact.queueArn === undefined ? 'is gone' : `is a dead letter in ${nameOf(fact.queueArn)}`;
  const text = `what ${schedule} sent ${nameOf(fact.targetArn)} ${where} after ${attempts}: ${reasonOf(fact)}`;
  return bad('dead letter', `${schedule}: ${fact.code}`, text);
}

function pipeWords(fact: FactOf<'pipe.passed'>, nameOf: NameOf): Words {
  const [pipe, source, target] = [nameOf(fact.pipeArn), nameOf(fact.sourceArn), nameOf(fact.targetArn)];
  const noun = fact.sourceArn.split(':')[2] === 'sqs' ? 'message' : 'record';
  const what = `${counted(fact.messageIds.length, noun)} of ${source}`;
  if (fact.failure === undefined && fact.returned.length === 0) {
    const text = fact.isSkipped
      ? `${pipe} took ${what}, and its enrichment left nothing for ${target}`
      : `${pipe} took ${what} to ${target}`;
    return { ...good('pipe', pipe, text), sentence: `pipe ${text}` };
  }
  const why = fact.failure === undefined ? '' : `: ${reasonOf(fact.failure)}`;
  const text = `${pipe} gave back ${fact.returned.length} of ${what}${why}`;
  return { ...bad('pipe', `${pipe}: ${fact.failure?.code ?? `gave back ${noun}s`}`, text), sentence: `pipe ${text}` };
}

function stackWords({ stack, logicalId, resourceType, status, reason }: FactOf<'stack'>): Words {
  const text = `${stack}: ${logicalId} (${resourceType}) ${status}${reason === undefined ? '' : `: ${reason}`}`;
  const words = { stop: 'stack', label: `${logicalId} ${status}`, text, sentence: `stack ${text}` } as const;
  return { ...words, tone: status.endsWith('FAILED') ? 'bad' : 'plain' };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const inTone =
  (tone: Words['tone']) =>
  (stop: Stop, label: string, text = label): Words => ({ stop, tone, label, text, sentence: text });
const good = inTone('good');
const bad = inTone('bad');
const plain = inTone('plain');
