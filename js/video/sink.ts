// A canvas as a video track: what was drawn on it is the track's next frame.

export type SinkContext = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

export interface TrackSink {
  readonly track: MediaStreamTrack;
  /** The canvas at this size; whatever was on it may be gone. */
  context(width: number, height: number): SinkContext;
  /** Sends what is on the canvas. */
  send(timestamp: number): void;
  /** Ends the track. */
  close(): void;
}

/** Not in TypeScript's library: only Chromium has it. It is a track itself. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** A MediaStreamTrackGenerator where there is one, otherwise a canvas' captureStream(). */
export function makeSink(): TrackSink {
  return typeof MediaStreamTrackGenerator === 'undefined' ? canvasSink() : generatorSink();
}

function generatorSink(): TrackSink {
  const generator = new MediaStreamTrackGenerator({ kind: 'video' });
  const writer = generator.writable.getWriter();
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { alpha: false }) as OffscreenCanvasRenderingContext2D;
  return {
    track: generator,
    context: (width, height) => resized(context, width, height),
    send(timestamp) {
      const frame = new VideoFrame(canvas, { timestamp });
      // Fails once the track has ended, which the loop that sends finds out by itself.
      writer.write(frame).catch(() => frame.close());
    },
    close() {
      writer.close().catch(() => {});
      generator.stop();
    },
  };
}

function canvasSink(): TrackSink {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
  const [track] = canvas.captureStream().getVideoTracks();
  return {
    track,
    context: (width, height) => resized(context, width, height),
    send() {},
    close: () => track.stop(),
  };
}

/** Setting a size clears a canvas and lets its memory go, even where it is the same one. */
function resized<C extends SinkContext>(context: C, width: number, height: number): C {
  const { canvas } = context;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return context;
}
