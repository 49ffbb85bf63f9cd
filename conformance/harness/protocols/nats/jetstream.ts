// What JetStream, the part of NATS that stores messages, says in JSON: what became of a message, and what clients ask
// before they publish. Every subject belongs to one stream.

/** The stream that takes everything. */
const STREAM = 'tck';
const CONFIG = {
  name: STREAM,
  subjects: ['>'],
  retention: 'limits',
  storage: 'memory',
  discard: 'new',
  max_consumers: -1,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msg_size: -1,
  num_replicas: 1,
};
const STATE = { messages: 0, bytes: 0, first_seq: 0, last_seq: 0, consumer_count: 0 };
const PAGE = { total: 1, offset: 0, limit: 1024 };
const ENDLESS = { max_memory: -1, max_storage: -1, max_streams: -1, max_consumers: -1 };
const API = { total: 0, errors: 0 };
const ACCOUNT = { memory: 0, storage: 0, streams: 1, consumers: 0, limits: ENDLESS, api: API };

/** The stream has stored a message, as its `seq`th. */
export function stored(seq: number): string {
  return JSON.stringify({ stream: STREAM, seq });
}

/** The stream takes no more, as servers say it. */
export function notStored(reason: string): string {
  return failure(503, 10_077, reason);
}

/** The answer to a request of the API; absent: the subject belongs to no API. */
export function answerTo(subject: string, payload: Buffer): string | undefined {
  if (!subject.startsWith('$')) return undefined;
  // Domains and exported APIs have prefixes of their own.
  const [, request, name] =
    /^\$JS\.(?:[^.]+\.)?API\.(INFO|STREAM\.[A-Z]+)(?:\.(.+))?$/.exec(subject) ?? [];
  const answer = REQUESTS[request ?? '']?.(name, payload);
  if (!answer) return failure(404, 10_025, `the kit answers no ${subject}: it only takes messages`);
  const type = `io.nats.jetstream.api.v1.${answer.type}_response`;
  return JSON.stringify({ ...answer, type });
}

interface Answer extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

const REQUESTS: Readonly<Record<string, (name: string | undefined, payload: Buffer) => Answer>> = {
  INFO: () => ({ type: 'account_info', ...ACCOUNT }),
  'STREAM.NAMES': () => ({ type: 'stream_names', ...PAGE, streams: [STREAM] }),
  'STREAM.LIST': () => ({ type: 'stream_list', ...PAGE, streams: [streamInfo({})] }),
  'STREAM.INFO': (name) => ({ type: 'stream_info', ...streamInfo({ name }) }),
  'STREAM.CREATE': (_, wish) => ({ type: 'stream_create', ...streamInfo(asked(wish)) }),
  'STREAM.UPDATE': (_, wish) => ({ type: 'stream_update', ...streamInfo(asked(wish)) }),
  'STREAM.DELETE': () => ({ type: 'stream_delete', success: true }),
  'STREAM.PURGE': () => ({ type: 'stream_purge', success: true, purged: 0 }),
};

function streamInfo(config: object): object {
  return { config: { ...CONFIG, ...config }, created: '2026-01-01T00:00:00Z', state: STATE };
}

/** The configuration that a client wishes for. */
function asked(payload: Buffer): object {
  try {
    return Object(JSON.parse(payload.toString())) as object;
  } catch {
    return {};
  }
}

function failure(code: number, err_code: number, description: string): string {
  return JSON.stringify({ error: { code, err_code, description } });
}
