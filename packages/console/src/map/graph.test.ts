import type { CloudMap, MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import { describe, expect, test } from 'vitest';
import { type Graph, graphOf, narrow } from './graph.ts';
import { arrowKey, Traffic } from './traffic.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const BUS = arn('events', 'event-bus/orders');
const RULE = arn('events', 'rule/orders/placed');
const QUEUE = arn('sqs', 'jobs');
const WORK = arn('lambda', 'function:work');
const node = (id: string, kind: MapNode['kind'], name: string, more: Partial<MapNode> = {}): MapNode => ({
  ...{ id, kind, name, facts: [], stack: 'shop' },
  ...more,
});
const MAP: CloudMap = {
  nodes: [
    node(BUS, 'bus', 'orders'),
    node(RULE, 'rule', 'placed'),
    node(QUEUE, 'queue', 'jobs'),
    node(WORK, 'function', 'work', { stack: 'workers', standsIn: 'its runtime is not served' }),
  ],
  edges: [
    { from: BUS, to: RULE, kind: 'delivers' },
    { from: RULE, to: QUEUE, kind: 'delivers', label: 'a' },
    { from: RULE, to: QUEUE, kind: 'delivers', label: 'b' },
    { from: QUEUE, to: WORK, kind: 'delivers', label: 'batches of 10' },
  ],
};

const traffic = new Traffic();
traffic.arrows.set(arrowKey(['rule orders/placed', QUEUE]), { count: 3, failed: 1, at: 0 });
traffic.arrows.set(arrowKey(['function work', 'bus orders']), { count: 2, failed: 0, at: 0 });

const graph = graphOf(MAP, traffic);
const shown = ({ nodes, edges }: Graph) => {
  const nameOf = (id: string) => nodes.find((one) => one.id === id)?.name ?? id;
  return edges.map(({ from, to, kind, count, failed, labels }) => {
    return `${nameOf(from)} → ${nameOf(to)} ${kind} ${count}/${failed} [${labels.join(', ')}]`;
  });
};

describe('the graph of a map', () => {
  test('several targets between the same two are one arrow, and what nobody declared is learned', () => {
    expect(shown(graph)).toEqual([
      'orders → placed delivers 0/0 []',
      'placed → jobs delivers 3/1 [a, b]',
      'jobs → work delivers 0/0 [batches of 10]',
      'work → orders learned 2/0 []',
    ]);
  });

  test('what stands in says so and why', () => {
    expect(graph.nodes.find(({ id }) => id === WORK)).toMatchObject({
      isStandIn: true,
      note: 'stands in: its runtime is not served',
    });
  });

  test('rules fold into their bus, with their names on its arrows', () => {
    expect(shown(narrow(graph, { text: '', fold: 'buses' }))).toContain('orders → jobs delivers 3/1 [placed]');
  });

  test('stacks fold into a box each, with what goes between them', () => {
    const folded = narrow(graph, { text: '', fold: 'stacks' });
    expect(folded.nodes.map(({ name, size }) => `${name} ${size}`)).toEqual(['shop 2', 'workers 1']);
    expect(shown(folded)).toEqual(['shop → workers delivers 0/0 []', 'workers → shop learned 2/0 []']);
  });

  test('one stack is shown alone', () => {
    const { nodes } = narrow(graph, { stack: 'workers', text: '', fold: 'rules' });
    expect(nodes.map(({ name }) => name)).toEqual(['work']);
  });

  test('a name shows what bears it, and what that is connected with', () => {
    const { nodes } = narrow(graph, { text: 'jobs', fold: 'rules' });
    expect(nodes.map(({ name }) => name)).toEqual(['placed', 'jobs', 'work']);
  });
});
