// Written by earwitness from events.lock.json: do not edit.

export interface EventMap {
  OrderService: {
    OrderCreated: {
      id: string;
      name: string;
    };
  };
}
