// The caller's callbacks: what they throw must not end a track.

import type { TrackOptions } from './process_track.js';

/** What a callback throws that is itself only told something is an uncaught error; frames go on. */
export function callBack(call: () => void): void {
  try {
    call();
  } catch (error) {
    throwLater(error);
  }
}

/** Makes an uncaught error of what nobody here can handle. */
export function throwLater(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

/** Tells what went wrong. */
export function reporter({ onError }: TrackOptions): (error: unknown) => void {
  return (error) => callBack(() => (onError ? onError(error) : console.error(error)));
}
