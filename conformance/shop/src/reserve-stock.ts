import { publish } from './publish.ts';

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

export async function handler({ Records }: Batch): Promise<object> {
  const batchItemFailures: object[] = [];
  for (const { messageId, body } of Records) {
    const { id, sku } = JSON.parse(body).detail;
    if (sku === 'none') {
      console.error(`out of stock: ${sku} of order ${id}`);
      batchItemFailures.push({ itemIdentifier: messageId });
    } else await publish('shop.stock', 'StockReserved', { id });
  }
  return { batchItemFailures };
}
