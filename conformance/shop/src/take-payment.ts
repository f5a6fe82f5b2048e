import { publish } from './publish.ts';

interface OrderPlaced {
  readonly detail: { readonly id: string; readonly card: { readonly number: string } };
}

export async function handler({ detail }: OrderPlaced): Promise<void> {
  console.log(`taking the payment for order ${detail.id}`);
  const digits = detail.card.number.slice(-4);
  await publish('shop.payments', 'PaymentTaken', { id: detail.id, digits });
}
