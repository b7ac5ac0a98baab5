// Where a track is worked on: in a worker of its own, or here.

import { FiligreeError } from '../errors.js';
import { absoluteUrl } from '../platform/urls.js';
import type { Compositor } from './compositor.js';
import { framesOfElement, framesOfStream } from './frames.js';
import type { EffectOrder, ToTrack } from './messages.js';
import { drawOfModule } from './module.js';
import type { TrackOptions } from './process_track.js';
import { workerUrl, workRemotely } from './remote_track.js';
import { canvasSink, streamSink } from './sink.js';
import { canStream, makeTrack, readTrack } from './streams.js';
import type { Draw } from './track_loop.js';
import type { ModelOrLoad } from './track_model.js';
import { workHere } from './window_track.js';

/** What draws the frames. */
export interface Effect {
  /** Draws here; undefined: frames stay as they came. */
  here(): Draw | undefined;
  /** What a worker needs to draw the same; where this is missing, only `here` can. */
  there?(): Promise<EffectOrder | undefined>;
  /** Draws in a worker from now on, which hears of changes by messages. */
  attach?(tell: (message: ToTrack) => void): void;
  detach?(tell: (message: ToTrack) => void): void;
  /** What draws there. */
  onCompositor?(name: Compositor['name']): void;
}

/** processTrack, with an effect of our own in the place of `draw`. */
export function startTrack(
  track: MediaStreamTrack,
  model: ModelOrLoad,
  options: TrackOptions,
  effect: Effect = effectOf(options.draw),
): MediaStreamTrack {
  if (track.kind !== 'video') {
    throw new FiligreeError('bad-input', `expected a video track, got one of kind ${track.kind}`);
  }
  if (!canStream) {
    const sink = canvasSink();
    workHere(framesOfElement(track), sink, model, options, effect.here());
    return sink.track;
  }
  const isWindow = typeof document !== 'undefined';
  const { baseUrl, onResult, worker = true } = options;
  const script = isWindow && worker && effect.there && !onResult && workerUrl(baseUrl);
  const readable = readTrack(track);
  const { track: outgoing, writable } = makeTrack();
  const streams = { readable, writable, outgoing };
  const stay = () => {
    // A worker sends its track to a window, and what is left of it there counts as ended.
    const sink = streamSink(writable, isWindow ? outgoing : undefined);
    workHere(framesOfStream(readable), sink, model, options, effect.here());
  };
  if (script) workRemotely(script, streams, model, options, effect, stay);
  else stay();
  return outgoing;
}

function effectOf(draw: TrackOptions['draw']): Effect {
  if (typeof draw === 'function') return { here: () => draw };
  if (draw === undefined) return { here: () => undefined, there: async () => undefined };
  const url = absoluteUrl(draw, 'draw');
  return { here: () => drawOfModule(url), there: async () => ({ draw: url }) };
}
