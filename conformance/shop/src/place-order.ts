// POST /orders: publishes what its body says, or nothing.
import { publish } from './publish.ts';

export async function handler(request: { readonly body: string }): Promise<{ statusCode: number }> {
  const { source = 'shop.orders', type, detail, bus } = JSON.parse(request.body);
  if (type !== undefined) await publish(source, type, detail, bus);
  return { statusCode: 202 };
}
