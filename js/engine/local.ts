// An engine on the caller's own thread.

import { platform } from '#platform';
import { FiligreeError, messageOf } from '../errors.js';
import type { Engine, EngineRequest } from './engine.js';

/**
 * Loads a model on this thread.
 * @throws FiligreeError as the engine does; `fetch-failed` when its code cannot be loaded
 */
export async function openLocalEngine(request: EngineRequest): Promise<Engine> {
  try {
    return await platform.openEngine(request);
  } catch (error) {
    if (error instanceof FiligreeError) throw error;
    const text = `the engine could not be loaded: ${messageOf(error)}`;
    throw new FiligreeError('fetch-failed', text, { cause: error });
  }
}
