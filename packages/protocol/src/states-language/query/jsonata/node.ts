// A node of an expression's tree, as the library makes it. What else it has depends on its type.
import type { ExprNode } from 'jsonata';

export type Node = Omit<ExprNode, 'type' | 'value'> & {
  type: string;
  value?: unknown;
};
