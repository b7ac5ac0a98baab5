// An engine in a worker of its own.

import { platform } from '#platform';
import { FiligreeError, messageOf } from '../errors.js';
import type { Port } from '../platform/platform.js';
import type { Engine, EngineRequest, ModelInfo } from './engine.js';
import { isMovable, kNotStarted, RemoteEngine, WorkerLink } from './link.js';

/**
 * Loads a model in a worker of its own.
 * @param ownsFile whether the file's memory may be moved to the worker
 * @param signal ends the worker when it fires
 * @throws FiligreeError as the engine does; `fetch-failed` when the worker cannot be started
 */
export async function openRemoteEngine(
  request: EngineRequest,
  ownsFile: boolean,
  signal?: AbortSignal,
): Promise<Engine> {
  const link = new WorkerLink(startWorker(request.base));
  const glue = platform.glueUrl(request.variant, request.base);
  const abort = () => link.close(new FiligreeError('aborted', 'aborted while loading'));
  signal?.addEventListener('abort', abort);
  try {
    const info = await link.ask<ModelInfo>(
      { open: { ...request, glue } },
      ownsFile && isMovable(request.file) ? [request.file.buffer] : [],
    );
    return new RemoteEngine(link, info);
  } catch (error) {
    link.close(FiligreeError.from(error, 'engine-crashed'));
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function startWorker(base: string | undefined): Port {
  try {
    return platform.startWorker(base);
  } catch (error) {
    throw new FiligreeError('fetch-failed', `${kNotStarted}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
