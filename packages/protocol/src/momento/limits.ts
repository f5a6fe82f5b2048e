// Numbers that Momento publishes for topics.

/**
 * Bytes in one message; a hard limit of the service. Source: https://docs.momentohq.com/topics/limits, read 2026-11-22.
 * (The SDKs themselves would send up to GRPC_MESSAGE_MAX_BYTES.)
 */
export const TOPIC_MESSAGE_MAX_BYTES = 4096;

/**
 * Bytes in one gRPC message that the SDKs send or take. Source: client-sdk-javascript grpc-channel-options, read
 * 2026-11-22.
 */
export const GRPC_MESSAGE_MAX_BYTES = 10_486_000;
