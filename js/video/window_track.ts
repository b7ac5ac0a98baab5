// A track that is worked on where processTrack was called.

import { callBack, reporter } from './callbacks.js';
import type { FrameSource } from './frames.js';
import type { TrackOptions } from './process_track.js';
import type { TrackSink } from './sink.js';
import { type Draw, TrackLoop } from './track_loop.js';
import { type ModelOrLoad, TrackModel } from './track_model.js';

export function workHere(
  frames: FrameSource,
  sink: TrackSink,
  source: ModelOrLoad,
  options: TrackOptions,
  draw: Draw | undefined,
): void {
  const { input, signal, onStatistics } = options;
  const onError = reporter(options);
  const loop = new TrackLoop(
    frames,
    sink,
    { ...options, draw },
    {
      onStatistics: (statistics) =>
        callBack(() => onStatistics?.({ ...statistics, worker: false })),
      onError,
      onModelGone: () => model.replace(),
    },
  );
  const model = new TrackModel(
    source,
    (model) => loop.use(({ image }) => model.run({ image, ...input })),
    onError,
  );
  const stop = () => loop.stop();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  void loop.work().finally(() => {
    signal?.removeEventListener('abort', stop);
    model.close();
  });
}
