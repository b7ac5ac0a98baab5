// Where a model comes from, as bytes. Errors name the source and, for the usual mishaps, what was
// found instead of a model and what to do about it.

import { platform } from '#platform';
import { Store } from './cache.js';
import { checkFound, fetchFound, readBody, readStream } from './download.js';
import { abortedError, FiligreeError, messageOf } from './errors.js';
import { whatDiffers } from './integrity.js';
import { whatInstead } from './mishaps.js';
import { type Report, SharedWork, untilAborted, type Waiting } from './shared.js';

/** Everything that a model can be loaded from; in Node, a string may also be the path of a file. */
export type ModelSource =
  | string
  | URL
  | Request
  | Response
  | ArrayBufferLike
  | ArrayBufferView
  | Blob
  | ReadableStream<Uint8Array>;

export interface SourceOptions extends Waiting {
  /** Digests of which the file must have one. */
  digests?: readonly string[] | undefined;
  /** Whether to look into the cache, and store there what came from a URL. */
  cache?: boolean | undefined;
}

export interface ModelBytes {
  bytes: Uint8Array;
  /** Whether the memory is ours: false when it is the caller's. */
  isOwn: boolean;
  /** What to call the source in messages. */
  name: string;
  /** What the cache had to do with it, for explain(). */
  cacheNote: string;
  /** Takes the file out of the cache again, if it is there. */
  discard?: () => Promise<void>;
}

const kNotCached = 'not cached: only URLs are';

/** Downloads that are on their way. */
const downloads = new SharedWork<Pick<ModelBytes, 'cacheNote' | 'discard'> & { bytes: Bytes }>(
  false,
);

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Reads the source to its end. Callers who want the same URL at the same time share one download.
 * @throws FiligreeError `fetch-failed` also when the file has none of the digests, `not-a-model` for
 * what clearly is something else (a web page, an archive), `bad-input` for a source of no known kind,
 * `aborted`, `unsupported-environment` when digests cannot be checked
 */
export async function readSource(
  source: ModelSource,
  options: SourceOptions = {},
): Promise<ModelBytes> {
  const { signal, report, digests } = options;
  const name = nameOf(source);
  try {
    const result = await untilAborted(read(source, name, options), signal);
    const { bytes } = result;
    // Those of a URL have been judged before they were stored.
    if (!result.discard) await judge(bytes, name, digests);
    report?.(bytes.length, bytes.length, true);
    return result;
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    if (error instanceof FiligreeError) throw error;
    const reason = isMissingFile(error)
      ? 'there is no such file'
      : `could not be read: ${messageOf(error)}`;
    throw new FiligreeError('fetch-failed', `${name}: ${reason}`, { cause: error });
  }
}

async function judge(bytes: Uint8Array, name: string, digests?: readonly string[]): Promise<void> {
  const mishap = whatInstead(bytes, 'a model');
  if (mishap) throw new FiligreeError('not-a-model', `${name}: ${mishap}`);
  const difference = digests && (await whatDiffers(bytes, digests));
  if (difference) throw new FiligreeError('fetch-failed', `${name}: ${difference}`);
}

function isMissingFile(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function nameOf(source: ModelSource): string {
  if (typeof source === 'string') return source;
  if (source instanceof URL) return source.href;
  if (source instanceof Request || source instanceof Response) return source.url || 'the response';
  if (typeof File !== 'undefined' && source instanceof File) return source.name;
  return 'the model';
}

async function read(
  source: ModelSource,
  name: string,
  options: SourceOptions,
): Promise<ModelBytes> {
  const result = (bytes: Uint8Array, isOwn: boolean) => {
    return { bytes, isOwn, name, cacheNote: kNotCached };
  };
  const own = async (bytes: Bytes | Promise<Bytes>) => result(await bytes, true);
  if (typeof source === 'string' || source instanceof URL) {
    const bytes = await platform.readFile(source);
    return bytes ? own(bytes) : download(source, name, options);
  }
  if (source instanceof Request) {
    return own(readBody(await fetchFound(source, name, options.signal), options));
  }
  if (source instanceof Response) {
    checkFound(source, name);
    if (source.bodyUsed) {
      throw new FiligreeError('bad-input', `${name}: the body of the Response was read before`);
    }
    return own(readBody(source, options));
  }
  if (source instanceof Blob) return own(new Uint8Array(await source.arrayBuffer()));
  if (source instanceof ReadableStream) return own(readStream(source, undefined, options));
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return result(new Uint8Array(buffer, byteOffset, byteLength), false);
  }
  if (isBuffer(source)) return result(new Uint8Array(source), false);
  throw new FiligreeError(
    'bad-input',
    'a model is loaded from a URL, Request, Response, ArrayBuffer, typed array, Blob or ' +
      `ReadableStream, got ${Object.prototype.toString.call(source)}`,
  );
}

/** Buffers of another realm (a frame, a test's sandbox) are not instances of this one's class. */
function isBuffer(value: unknown): value is ArrayBufferLike {
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

/** From the cache or the network, together with others who want the same. */
async function download(
  source: string | URL,
  name: string,
  { cache = false, digests, ...waiting }: SourceOptions,
): Promise<ModelBytes> {
  const { url } = new Request(source);
  const work = (stop: AbortSignal, report: Report) =>
    downloadOnce(url, name, { cache, digests, signal: stop, report });
  const key = [cache, digests, url].join(' ');
  const { result, isShared } = await downloads.join(key, work, waiting);
  // Everybody's bytes are their own: they are moved to the worker.
  const bytes = isShared ? result.bytes.slice() : result.bytes;
  return { ...result, bytes, isOwn: true, name };
}

async function downloadOnce(url: string, name: string, options: SourceOptions) {
  const { cache, digests, ...waiting } = options;
  const store = cache ? await Store.open() : undefined;
  const discard = async () => store?.remove(url);
  const stored = await store?.read(url);
  if (stored) {
    try {
      await judge(stored, name, digests);
      return { bytes: stored, cacheNote: 'from the cache', discard };
    } catch {
      // An older file, or a damaged one: the network knows better.
    }
  }
  const bytes = await readBody(await fetchFound(url, name, waiting.signal), waiting);
  await judge(bytes, name, digests);
  const cacheNote = !store
    ? ''
    : isModel(bytes)
      ? await store.write(url, bytes, 'application/octet-stream')
      : 'fetched, not stored: it is no .tflite file';
  return { bytes, cacheNote, discard };
}

/** Whether it has the format's identifier. */
function isModel(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(4, 8)) === 'TFL3';
}
