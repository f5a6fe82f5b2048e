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

/** Seconds for which a disposable token is good: 25 hours. Source: docs.momentohq.com/auth/limits, read 2026-11-29. */
export const TOKEN_MAX_SECONDS = 25 * 3600;

/** Permissions in a disposable token. Source: the same. */
export const TOKEN_MAX_PERMISSIONS = 20;

/** Signs in a token id. Source: client-sdk-javascript, validateDisposableTokenTokenID, read 2026-11-29. */
export const TOKEN_ID_MAX_LENGTH = 64;

/** Bytes in an item, key and value: 4883 KB. Source: client-sdk-javascript, tests of caches, read 2026-11-29. */
export const ITEM_MAX_BYTES = 4883 * 1024;

/** Seconds for which an item is kept: 24 hours. Source: https://docs.momentohq.com/cache/limits, read 2026-11-29. */
export const ITEM_MAX_TTL_SECONDS = 86_400;

/** Signs in a webhook's name and URL. Source: Momento's documentation of webhooks until 2025-04-02, read 2026-11-22. */
export const WEBHOOK_NAME_MAX_LENGTH = 128;
export const WEBHOOK_URL_MAX_LENGTH = 1024;

/** For how long a webhook's answer is awaited, in milliseconds. Source: the same. */
export const WEBHOOK_TIMEOUT_MS = 5000;
