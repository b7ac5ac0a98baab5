// Bytes over the network, piece by piece: with progress, a signal, and errors that name the address.

import { abortedError, FiligreeError, messageOf } from './errors.js';
import type { Waiting } from './shared.js';

/**
 * Fetches what must be there.
 * @param name what to call it in messages
 * @throws FiligreeError `fetch-failed`, `aborted`
 */
export async function fetchFound(
  source: string | URL | Request,
  name: string,
  signal?: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(source, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    throw new FiligreeError(
      'fetch-failed',
      `${name}: could not be fetched: ${messageOf(error)} (is the server up, and does it allow ` +
        'this page to read it: CORS, CORP?)',
      { cause: error },
    );
  }
  checkFound(response, name);
  return response;
}

/** @throws FiligreeError `fetch-failed` unless the server has sent what was asked for */
export function checkFound(response: Response, name: string): void {
  if (response.ok) return;
  const answer = `the server answered ${response.status} ${response.statusText}`.trimEnd();
  throw new FiligreeError('fetch-failed', `${name}: ${answer}`);
}

/** Reads the body to its end. */
export function readBody(response: Response, waiting: Waiting): Promise<Uint8Array<ArrayBuffer>> {
  const { headers, body } = response;
  // The length of compressed bytes says nothing about those that will be read.
  const isPlain = !headers.get('content-encoding');
  const length = Number((isPlain && headers.get('content-length')) || NaN);
  const stream = body ?? (new Blob().stream() as ReadableStream<Uint8Array>);
  return readStream(stream, Number.isNaN(length) ? undefined : length, waiting);
}

/**
 * Reads the stream to its end. The end is not reported: what has come may still be refused.
 * @param total how many bytes there are, if that is known
 */
export async function readStream(
  stream: ReadableStream<Uint8Array>,
  total: number | undefined,
  { signal, report }: Waiting,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const stop = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!ArrayBuffer.isView(value)) throw new TypeError('a stream of Uint8Array was expected');
      chunks.push(value);
      loaded += value.byteLength;
      report?.(loaded, total);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  // What was cancelled looks like an end.
  if (signal?.aborted) throw abortedError(signal);
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
