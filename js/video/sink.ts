// A canvas as a video track: what was drawn on it is the track's next frame.

import { type CanvasContext, resizeCanvas } from '../canvas.js';

export interface TrackSink {
  readonly track: MediaStreamTrack;
  /** The canvas at this size; whatever was on it may be gone. */
  context(width: number, height: number): CanvasContext;
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
  let [track] = canvas.captureStream(0).getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  // Asked for frame by frame: left to itself WebKit captures a few and stops. Firefox cannot be asked.
  if (!track.requestFrame) {
    [track] = canvas.captureStream().getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  }
  return {
    track,
    context: (width, height) => resized(context, width, height),
    send: () => track.requestFrame?.(),
    close: () => track.stop(),
  };
}

function resized<C extends CanvasContext>(context: C, width: number, height: number): C {
  resizeCanvas(context.canvas, width, height);
  return context;
}
