// The variables that make gRPC clients ask this cloud for names that their machine does not resolve.
import type { Address } from './platform.ts';

/**
 * Nothing where no name has to be found. `no_grpc_proxy` is set as well: clients would else take `no_proxy`, and
 * `localhost` in it means every name that ends so (grpc-js 1.13.5, http_proxy.ts).
 */
export function proxyVariables({ grpcProxy }: Pick<Address, 'grpcProxy'>): Record<string, string> {
  return grpcProxy === undefined ? {} : { grpc_proxy: grpcProxy, no_grpc_proxy: '127.0.0.1' };
}
