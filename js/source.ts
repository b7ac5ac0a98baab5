// Where a model comes from, as bytes. Errors name the source and, for the usual mishaps, what was
// found instead of a model and what to do about it.

import { platform } from '#platform';
import { abortedError, FiligreeError, messageOf } from './errors.js';

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

export interface ModelBytes {
  bytes: Uint8Array;
  /** Whether the memory is ours: false when it is the caller's. */
  isOwn: boolean;
  /** What to call the source in messages. */
  name: string;
}

/**
 * Reads the source to its end.
 * @throws FiligreeError `fetch-failed`, `not-a-model` for what clearly is something else (a web page,
 * an archive), `bad-input` for a source of no known kind, `aborted`
 */
export async function readSource(source: ModelSource, signal?: AbortSignal): Promise<ModelBytes> {
  const name = nameOf(source);
  let result: ModelBytes;
  try {
    result = await read(source, name, signal);
  } catch (error) {
    if (signal?.aborted) throw abortedError(signal);
    if (error instanceof FiligreeError) throw error;
    const reason = isMissingFile(error)
      ? 'there is no such file'
      : `could not be read: ${messageOf(error)}`;
    throw new FiligreeError('fetch-failed', `${name}: ${reason}`, { cause: error });
  }
  if (signal?.aborted) throw abortedError(signal);
  const mishap = whatInstead(result.bytes);
  if (mishap) throw new FiligreeError('not-a-model', `${result.name}: ${mishap}`);
  return result;
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

async function read(source: ModelSource, name: string, signal?: AbortSignal): Promise<ModelBytes> {
  const own = (bytes: Uint8Array) => ({ bytes, isOwn: true, name });
  if (typeof source === 'string' || source instanceof URL) {
    const bytes = await platform.readFile(source);
    return bytes ? own(bytes) : own(await download(source, name, signal));
  }
  if (source instanceof Request) return own(await download(source, name, signal));
  if (source instanceof Response) return own(await readResponse(source, name));
  if (source instanceof Blob) return own(new Uint8Array(await source.arrayBuffer()));
  if (source instanceof ReadableStream) {
    return own(new Uint8Array(await new Response(source).arrayBuffer()));
  }
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return { bytes: new Uint8Array(buffer, byteOffset, byteLength), isOwn: false, name };
  }
  if (isBuffer(source)) return { bytes: new Uint8Array(source), isOwn: false, name };
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

async function download(
  source: string | URL | Request,
  name: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(source, signal ? { signal } : {});
  } catch (error) {
    throw new FiligreeError(
      'fetch-failed',
      `${name}: could not be fetched: ${messageOf(error)} (is the server up, and does it allow ` +
        'this page to read it: CORS, CORP?)',
      { cause: error },
    );
  }
  return readResponse(response, name);
}

async function readResponse(response: Response, name: string): Promise<Uint8Array> {
  if (!response.ok) {
    throw new FiligreeError(
      'fetch-failed',
      `${name}: the server answered ${response.status} ${response.statusText}`.trimEnd(),
    );
  }
  if (response.bodyUsed) {
    throw new FiligreeError('bad-input', `${name}: the body of the Response was read before`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** What the bytes are, if they are one of the things that people get instead of a model. */
function whatInstead(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'is empty';
  const begins = (...start: number[]) => start.every((byte, i) => bytes[i] === byte);
  if (begins(0x1f, 0x8b)) {
    return 'is gzip-compressed: unpack it, or serve it with Content-Encoding: gzip';
  }
  if (begins(0x50, 0x4b, 3, 4)) {
    return 'is a zip archive: take the .tflite file out (MediaPipe .task bundles hold several)';
  }
  const start = new TextDecoder().decode(bytes.slice(0, 64)).trimStart().toLowerCase();
  if (/^<(!doctype|html|head|\?xml|!--)/.test(start)) {
    return (
      'is an HTML page instead of a model: servers answer so for paths that they do not know. ' +
      'Check the path, and that the file is among those that are served'
    );
  }
  if (start.startsWith('version https://git-lfs')) {
    return 'is a Git LFS pointer instead of the model itself: run git lfs pull';
  }
  return undefined;
}
