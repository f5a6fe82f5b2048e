// What a resource is called where people read: as its template knows it. CloudFormation names what its template does
// not: `shop-TakePayment-3K9X0QW2Z7B1`. Source: CloudFormation user guide, "Name type". The form tells the logical id,
// so that a journal needs no other fact for it, and one that was kept long ago reads the same.
import { parseArn } from '../aws/arn.ts';
import type { Fact } from './fact.ts';

/** From a name or an ARN to what a reader is shown. */
export type NameOf = (nameOrArn: string) => string;

/** `stack-LogicalId-SUFFIX`, of a FIFO queue with its ending. Random signs: 12, of some types 13. */
const GENERATED = /^(?<stack>.+)-(?<logicalId>[A-Za-z0-9]+)-[A-Z0-9]{12,13}(?<fifo>\.fifo)?$/;

/** The name alone: `TakePayment` of `arn:aws:lambda:us-east-1:000000000000:function:shop-TakePayment-3K9X0QW2Z7B1`. */
export function plainName(nameOrArn: string): string {
  return formsOf(nameOrArn)[0];
}

/**
 * Names for a page or a run on which many stand. Where two would be the same, they have as much of their stack and
 * suffix as tells them apart.
 * @param known names and ARNs that are shown beside; others are learnt as they are asked for
 */
export function createNames(known: Iterable<string> = []): NameOf {
  /** What is called by each form. */
  const owners = new Map<string, Set<string>>();
  const learn = (nameOrArn: string) => {
    const forms = formsOf(nameOrArn);
    const whole = forms[2];
    for (const form of forms) {
      const sharing = owners.get(form);
      if (sharing) sharing.add(whole);
      else owners.set(form, new Set([whole]));
    }
    return forms;
  };
  for (const one of known) learn(one);
  return (nameOrArn) => {
    const [plain, ofStack, whole] = learn(nameOrArn);
    return [plain, ofStack].find((form) => owners.get(form)?.size === 1) ?? whole;
  };
}

/** The names and ARNs that a fact bears: of functions, rules, targets and queues. */
export function namesIn(fact: Fact): string[] {
  return [
    ...('functionName' in fact ? [fact.functionName] : []),
    ...('rule' in fact ? [fact.rule] : []),
    ...('targetArn' in fact ? [fact.targetArn] : []),
    ...('topicArn' in fact ? [fact.topicArn] : []),
    ...('endpoint' in fact ? [fact.endpoint] : []),
    ...(fact.kind === 'notification.delivered' ? fact.to.map(({ endpoint }) => endpoint) : []),
    ...('queueArn' in fact ? [fact.queueArn] : []),
    ...('executionArn' in fact ? [machineOf(fact.executionArn)] : []),
    ...('scheduleArn' in fact ? [fact.scheduleArn] : []),
    ...('pipeArn' in fact ? [fact.pipeArn, fact.sourceArn] : []),
    ...('consumerArn' in fact ? [fact.consumerArn, fact.sourceArn] : []),
    ...('deadLetterQueueArn' in fact ? [fact.deadLetterQueueArn] : []),
  ];
}

/** The state machine's ARN: `…:stateMachine:orders` of `arn:aws:states:us-east-1:000000000000:execution:orders:one`. */
export function machineOf(executionArn: string): string {
  const [arn, partition, service, region, account, , machine] = executionArn.split(':');
  if (machine === undefined) return executionArn;
  return [arn, partition, service, region, account, 'stateMachine', machine].join(':');
}

/** Those of state machines are without their stack. */
const GENERATED_MACHINE = /^(?<logicalId>[A-Za-z0-9]+)-[A-Z0-9]{12}$/;

/** The logical id, the same with its stack, and the whole name; all the same where the name was given. */
function formsOf(nameOrArn: string): readonly [plain: string, ofStack: string, whole: string] {
  const whole = withoutArn(nameOrArn);
  const machine = /:stateMachine:/.test(nameOrArn) ? GENERATED_MACHINE.exec(whole)?.groups?.['logicalId'] : undefined;
  if (machine !== undefined) return [machine, machine, whole];
  const { stack, logicalId, fifo = '' } = GENERATED.exec(whole)?.groups ?? {};
  if (stack === undefined || logicalId === undefined) return [whole, whole, whole];
  return [logicalId + fifo, `${stack}-${logicalId}${fifo}`, whole];
}

function withoutArn(text: string): string {
  const { service, resource } = parseArn(text) ?? {};
  if (resource === undefined) return text;
  switch (service) {
    case 'lambda':
      return resource.replace(/^function:/, '');
    case 'dynamodb':
      // `table/NAME`, `table/NAME/stream/2026-11-28T10:15:30.123`
      return resource.split('/')[1] ?? resource;
    case 'logs':
      return resource.replace(/^log-group:/, '').replace(/:\*$/, '');
    case 'events':
      // `api-destination/NAME/UUID`, `event-bus/NAME`, `rule/BUS/NAME`
      return resource.startsWith('api-destination/') ? (resource.split('/')[1] ?? resource) : lastPart(resource);
    default:
      return lastPart(resource);
  }
}

function lastPart(resource: string): string {
  return resource.slice(Math.max(resource.lastIndexOf('/'), resource.lastIndexOf(':')) + 1);
}
