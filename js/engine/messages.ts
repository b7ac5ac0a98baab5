// What a window and its engine's worker say to each other. worker.ts answers what link.ts asks.

import type { ErrorData } from '../errors.js';
import type { EngineRequest } from './engine.js';

/** The calls of an Engine that cross over; disposing ends the worker instead. */
export type Method = 'run' | 'explain' | 'profile' | 'memory' | 'peak';

/** A call: opening the engine, which comes first, or one of its methods. */
export type Call =
  | { id: number; open: EngineRequest }
  | { id: number; method: Method; args: unknown[] };

/** A call, or a channel through which others call; that has no answer. */
export type Question = Call | { id: number; connect: MessagePort };

/** The answer to the question of the same id. */
export type Answer = { id: number; result: unknown } | { id: number; error: ErrorData };
