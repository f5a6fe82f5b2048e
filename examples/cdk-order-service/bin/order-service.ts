import { App } from 'aws-cdk-lib';
import { OrderStack } from '../lib/order-stack.ts';

new OrderStack(new App(), 'orders');
