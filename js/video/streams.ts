// Tracks as streams of frames, where browsers have that: Chromium in a window and in workers, WebKit
// in workers alone. TypeScript's library does not know these classes.

declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack });
  readonly readable: ReadableStream<VideoFrame>;
}

/** It is a track itself. Chromium's own. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(init: { kind: 'video' });
  readonly writable: WritableStream<VideoFrame>;
}

/** The standard's, which has no window. */
declare class VideoTrackGenerator {
  readonly track: MediaStreamTrack;
  readonly writable: WritableStream<VideoFrame>;
}

/** A track, and where its frames are written to. */
export interface WritableTrack {
  track: MediaStreamTrack;
  writable: WritableStream<VideoFrame>;
}

export const canStream =
  typeof MediaStreamTrackProcessor !== 'undefined' &&
  (typeof MediaStreamTrackGenerator !== 'undefined' || typeof VideoTrackGenerator !== 'undefined');

/** The frames of a track, at full rate also in a hidden tab. */
export function readTrack(track: MediaStreamTrack): ReadableStream<VideoFrame> {
  return new MediaStreamTrackProcessor({ track }).readable;
}

export function makeTrack(): WritableTrack {
  if (typeof VideoTrackGenerator !== 'undefined') return new VideoTrackGenerator();
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  return { track, writable: track.writable };
}
