// POST /orders: publishes what its body says.
import { publish } from './publish.ts';

export async function handler(request: { readonly body: string }): Promise<{ statusCode: number }> {
  const { source = 'shop.orders', type, detail } = JSON.parse(request.body);
  await publish(source, type, detail);
  return { statusCode: 202 };
}
