// A track that is worked on in a worker of its own: this window's end of it.

import { FiligreeError, messageOf } from '../errors.js';
import type { Model } from '../model.js';
import type { Port } from '../platform/platform.js';
import { folderUrl, whereItIs } from '../platform/urls.js';
import { openWorker } from '../platform/workers.js';
import { callBack, reporter } from './callbacks.js';
import { type FromTrack, kTrackWorkerName, type ToTrack, unpackThrown } from './messages.js';
import type { TrackOptions } from './process_track.js';
import type { Effect } from './start_track.js';
import { type ModelOrLoad, TrackModel } from './track_model.js';

/** A track's frames, and where the drawn ones go. */
export interface Streams {
  readable: ReadableStream<VideoFrame>;
  writable: WritableStream<VideoFrame>;
  /** The track that `writable` makes. */
  outgoing: MediaStreamTrack;
}

/** This script is also the worker's. Not inside `new Worker(…)`, as in platform/web.ts. */
export const workerUrl = (base: string | URL | undefined) =>
  base ? new URL('video.js', folderUrl(base)) : whereItIs(new URL('./video.js', import.meta.url));

/**
 * @param script workerUrl()
 * @param stay does the work here instead: called when no worker can be started, which a page's
 * Content-Security-Policy may forbid
 */
export function workRemotely(
  script: URL,
  streams: Streams,
  source: ModelOrLoad,
  options: TrackOptions,
  effect: Effect,
  stay: () => void,
): void {
  let port: Port;
  try {
    port = openWorker(script, kTrackWorkerName);
  } catch {
    stay();
    return;
  }
  // The streams are out of reach once they were sent: they stay here until the worker listens.
  port.onMessage = () => new RemoteTrack(port, streams, source, options, effect);
  port.onFailure = () => {
    port.close();
    stay();
  };
}

class RemoteTrack {
  readonly #port: Port;
  readonly #outgoing: MediaStreamTrack;
  readonly #options: TrackOptions;
  readonly #effect: Effect;
  readonly #report: (error: unknown) => void;
  #disconnect: (() => void) | undefined;
  #model: TrackModel | undefined;
  #isOver = false;

  constructor(
    port: Port,
    streams: Streams,
    source: ModelOrLoad,
    options: TrackOptions,
    effect: Effect,
  ) {
    this.#port = port;
    this.#outgoing = streams.outgoing;
    this.#options = options;
    this.#effect = effect;
    this.#report = reporter(options);
    port.onMessage = (message) => this.#receive(message as FromTrack);
    port.onFailure = (reason) => {
      this.#report(new FiligreeError('engine-crashed', `the track's worker died: ${reason}`));
      this.#end();
    };
    this.#effect.attach?.(this.#tell);
    void this.#start(streams, source);
  }

  async #start({ readable, writable }: Streams, source: ModelOrLoad): Promise<void> {
    const { input = {}, maxFps, targetMs, signal } = this.#options;
    try {
      const effect = await this.#effect.there?.();
      const order = { readable, writable, input, maxFps, targetMs, effect };
      const streams = [readable, writable] as unknown as Transferable[];
      if (!this.#isOver) this.#port.post({ start: order } satisfies ToTrack, streams);
    } catch (error) {
      this.#report(new FiligreeError('bad-input', messageOf(error), { cause: error }));
      this.#end();
    }
    if (this.#isOver) {
      void readable.cancel();
      return;
    }
    signal?.addEventListener('abort', this.#stop);
    if (signal?.aborted) this.#stop();
    else this.#model = new TrackModel(source, (model) => this.#use(model), this.#report);
  }

  #use(model: Model): void {
    const { inputs, outputs } = model;
    const { port1, port2 } = new MessageChannel();
    this.#port.post(
      { model: { inputs: [...inputs], outputs: [...outputs] }, channel: port2 } satisfies ToTrack,
      [port2],
    );
    this.#disconnect = model.connect(port1, (error) => this.#tell({ ended: error.toJSON() }));
  }

  #receive(message: FromTrack): void {
    const { onStatistics } = this.#options;
    if ('statistics' in message) {
      const { statistics, compositor } = message;
      if (compositor) this.#effect.onCompositor?.(compositor);
      callBack(() => onStatistics?.({ ...statistics, worker: true }));
    } else if ('error' in message) {
      // Whoever has stopped the track may have disposed of the model at once.
      if (this.#outgoing.readyState === 'live') this.#report(unpackThrown(message.error));
    } else if ('modelGone' in message) this.#model?.replace();
    else if ('ended' in message) this.#end();
  }

  readonly #tell = (message: ToTrack): void => {
    this.#port.post(message, []);
  };

  readonly #stop = (): void => {
    this.#outgoing.stop();
    this.#tell({ stop: true });
  };

  /** Nothing comes any more. */
  #end(): void {
    this.#isOver = true;
    this.#disconnect?.();
    this.#options.signal?.removeEventListener('abort', this.#stop);
    this.#effect.detach?.(this.#tell);
    this.#outgoing.stop();
    this.#model?.close();
    this.#port.close();
  }
}
