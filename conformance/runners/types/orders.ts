// What the type tests of all runners speak of: an event map, and a schema of nobody's library.
export interface Orders {
  OrderService: { OrderCreated: { id: string; total: number }; OrderShipped: { id: string; carrier: string } };
}

export declare const schema: {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'orders';
    readonly validate: (value: unknown) => { readonly value: { id: string } };
  };
};
