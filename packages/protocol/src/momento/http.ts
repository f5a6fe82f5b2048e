// Momento's HTTP API: paths, the long poll's query and the bodies.
// Publish: POST /topics/{cache}/{topic}. Subscribe: GET the same path, answered when there is at least one item.
// Items: PUT, GET and DELETE /cache/{cache}?key=….

/** An item as the long poll returns it. Binary values are ours: the documentation shows text only. */
export interface HttpItem {
  readonly item: {
    readonly topic_sequence_number: number;
    readonly sequence_page: number;
    readonly value: { readonly text: string } | { readonly binary: string };
  };
}

/** Something is missing, or the numbers start anew. */
export interface HttpDiscontinuity {
  readonly discontinuity: {
    readonly last_topic_sequence: number;
    /**
     * The number of the next item. (Over gRPC the field of this name holds the number *before* it: there clients resume
     * at +1.) Source: the documentation's example, where discontinuity 104 is followed by item 104; read 2026-11-22.
     */
    readonly new_topic_sequence: number;
    readonly new_sequence_page: number;
  };
}

export interface HttpPollBody {
  readonly items: readonly (HttpItem | HttpDiscontinuity)[];
}

export interface HttpErrorBody {
  readonly code: string;
  readonly message: string;
  readonly err?: string;
}

export interface TopicPath {
  readonly cache: string;
  readonly topic: string;
}

/**
 * `/topics/{cache}/{topic}`, each part URL-encoded; undefined when it is another path, 'malformed' when a part cannot
 * be decoded.
 */
export function parseTopicPath(path: string): TopicPath | 'malformed' | undefined {
  const match = /^\/topics\/([^/]+)\/([^/]+)\/?$/.exec(path);
  if (!match) return undefined;
  try {
    return { cache: decodeURIComponent(match[1] ?? ''), topic: decodeURIComponent(match[2] ?? '') };
  } catch {
    return 'malformed';
  }
}

/** The cache of `/cache/{cache}`; undefined when it is another path, or the name cannot be decoded. */
export function parseCachePath(path: string): string | undefined {
  const encoded = /^\/cache\/([^/]+)\/?$/.exec(path)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** A sequence number or page in a query: absent means 0; undefined when it is no whole number. */
export function parseSequence(value: string | null): number | undefined {
  if (value === null || value === '') return 0;
  const number = Number(value);
  return /^\d+$/.test(value) && Number.isSafeInteger(number) ? number : undefined;
}
