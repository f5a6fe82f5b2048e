/** Ours, so that a payment that fails can be seen without a card. */
const MOST = 1000;

/** The customer's bank says no. `PaymentUnavailable` would be: nobody answers, ask again. */
class PaymentDeclined extends Error {
  override readonly name = 'PaymentDeclined';
}

/** Stands where a shop calls its payment provider, with the order's id as the key that makes a second attempt safe. */
export async function handler({ orderId, total }: { orderId: string; total: number }) {
  if (total > MOST) throw new PaymentDeclined(`${total} is more than ${MOST}.`);
  return { payment: `payment-of-${orderId}` };
}
