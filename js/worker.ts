// The engine, as a file of its own. As the program of a worker it opens the engine when told to, then
// answers calls one by one. A page whose engine lives on its own thread imports it from here.

import { platform } from '#platform';
import { openEngine } from './bindings/engine.js';
import type { Engine } from './engine/engine.js';
import type { Answer, Call, Question } from './engine/messages.js';
import { FiligreeError } from './errors.js';
import type { Port } from './platform/platform.js';
import { channelPort } from './platform/workers.js';
import type { TensorArray } from './tensors.js';

export { openEngine };

let engine: Engine | undefined;

/** The calls so far: an engine takes one after another, whoever they come from. */
let calls: Promise<void> = Promise.resolve();

function serve(port: Port): void {
  port.onMessage = (message) => {
    calls = calls.then(() => receive(port, message as Question));
  };
}

async function receive(port: Port, question: Question): Promise<void> {
  if ('connect' in question) {
    serve(channelPort(question.connect));
    return;
  }
  const { id } = question;
  try {
    const result = await answer(question);
    const isRun = 'method' in question && question.method === 'run';
    const buffers = isRun ? (result as TensorArray[]).map((array) => array.buffer) : [];
    port.post({ id, result } satisfies Answer, [...new Set(buffers as ArrayBuffer[])]);
  } catch (error) {
    const known = FiligreeError.from(error, 'engine-crashed');
    port.post({ id, error: known.toJSON() } satisfies Answer, []);
  }
}

async function answer(question: Call): Promise<unknown> {
  if ('open' in question) {
    engine = await openEngine(question.open);
    return engine.info;
  }
  const { method, args } = question;
  if (!engine) throw new FiligreeError('engine-crashed', `${method} before the model was loaded`);
  return (engine[method] as (...args: unknown[]) => unknown)(...args);
}

const port = platform.hostPort();
if (port) serve(port);
