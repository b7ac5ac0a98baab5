// What was drawn becomes the next frame of a track.

import { type CanvasContext, resizeCanvas } from '../canvas.js';
import type { Frame } from './frames.js';

export interface TrackSink {
  /** The canvas at this size; whatever was on it may be gone. */
  context(width: number, height: number): CanvasContext;
  /** Sends what is on the canvas. */
  send(timestamp: number): void;
  /** Sends a frame as it came. */
  pass(frame: Frame): void;
  /** Whether nobody wants frames any more. */
  isEnded(): boolean;
  /** Ends the track. */
  close(): void;
}

/**
 * Frames into the stream of a generator.
 * @param track the generator's, where it is at hand: whether it was stopped is seen at once
 */
export function streamSink(
  writable: WritableStream<VideoFrame>,
  track?: MediaStreamTrack,
): TrackSink {
  const writer = writable.getWriter();
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { alpha: false }) as OffscreenCanvasRenderingContext2D;
  let isEnded = false;
  const write = (frame: VideoFrame) => {
    // Fails once the track has ended.
    writer.write(frame).catch(() => {
      frame.close();
      isEnded = true;
    });
  };
  return {
    context: (width, height) => resized(context, width, height),
    send: (timestamp) => write(new VideoFrame(canvas, { timestamp })),
    pass: ({ image, timestamp }) => write(new VideoFrame(image, { timestamp })),
    isEnded: () => isEnded || track?.readyState === 'ended',
    close() {
      writer.close().catch(() => {});
      track?.stop();
    },
  };
}

/** A canvas' captureStream(). */
export function canvasSink(): TrackSink & { track: MediaStreamTrack } {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
  let [track] = canvas.captureStream(0).getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  // Asked for frame by frame: left to itself WebKit captures a few and stops. Firefox cannot be asked.
  if (!track.requestFrame) {
    [track] = canvas.captureStream().getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  }
  const send = () => track.requestFrame?.();
  return {
    track,
    context: (width, height) => resized(context, width, height),
    send,
    pass({ image, width, height }) {
      resized(context, width, height).drawImage(image, 0, 0, width, height);
      send();
    },
    isEnded: () => track.readyState === 'ended',
    close: () => track.stop(),
  };
}

function resized<C extends CanvasContext>(context: C, width: number, height: number): C {
  resizeCanvas(context.canvas, width, height);
  return context;
}
