// Video frames as models see them, read from their own memory. A canvas converts and copies the
// whole frame before it scales it, which without a GPU takes five times as long.

import { type ImagePixels, placeImage } from '../images.js';
import type { TensorInfo } from '../tensors.js';
import { rgbOfPlanes, rgbOfWords, type Taps } from './frame_pixels.js';
import type { FrameInput } from './process_track.js';

/** Newer than TypeScript's library: a picture that is shown turned or mirrored. */
interface Turned {
  rotation?: number;
  flip?: boolean;
}

/** By the frame's format: where a pixel's four bytes have red, green and blue. */
const kWords: Record<string, readonly [red: number, green: number, blue: number]> = {
  RGBA: [0, 1, 2],
  RGBX: [0, 1, 2],
  BGRA: [2, 1, 0],
  BGRX: [2, 1, 0],
};
/** Brightness and, at half the size, two colours in one plane or in two. */
const kPlanes = ['I420', 'NV12'];
/** Colours that are those of a canvas, or so near that nobody converts them. */
const kPrimaries = ['bt709', 'smpte170m', 'bt470bg'];

/** A pixel of the input is the mean of at most so many of the frame, across and down each. */
const kMostTaps = 4;

/** Reads frames one after the other; its memory is used again. */
export class FrameReader {
  #bytes = new Uint8Array(0);

  /**
   * What a model's input sees of a frame, scaled to its size.
   * @returns RGB; undefined for what is drawn instead: other formats, frames that are turned, or are
   * smaller than the input
   * @throws FiligreeError `bad-input` for a crop outside of the frame
   */
  async read(
    image: VideoFrame | HTMLVideoElement,
    { fit, crop }: FrameInput,
    { name, shape }: TensorInfo,
  ): Promise<ImagePixels | undefined> {
    if (!isReadable(image) || shape.length !== 4) return undefined;
    const input = { height: shape[1], width: shape[2] };
    const { displayWidth: width, displayHeight: height } = image;
    const region = crop ?? { x: 0, y: 0, width, height };
    const place = { fit, crop: region };
    const seen = placeImage({ width, height }, input, place, `input ${JSON.stringify(name)}`);
    if (seen.width < input.width || seen.height < input.height) return undefined;
    const size = image.allocationSize();
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    const layout = await image.copyTo(this.#bytes);
    const columns = tapsOf(seen.x, seen.width, input.width, region.x, region.width);
    const rows = tapsOf(seen.y, seen.height, input.height, region.y, region.height);
    const order = kWords[String(image.format)];
    return order
      ? rgbOfWords(this.#bytes, layout[0], order, columns, rows)
      : rgbOfPlanes(this.#bytes, layout, image.colorSpace, columns, rows);
  }
}

function isReadable(image: VideoFrame | HTMLVideoElement): image is VideoFrame {
  if (!('format' in image)) return false;
  const { format, visibleRect, displayWidth, displayHeight, colorSpace } = image;
  const { rotation, flip } = image as Turned;
  return (
    format !== null &&
    (format in kWords || kPlanes.includes(format)) &&
    visibleRect?.width === displayWidth &&
    visibleRect.height === displayHeight &&
    kPrimaries.includes(colorSpace.primaries ?? 'bt709') &&
    !rotation &&
    !flip
  );
}

function tapsOf(
  start: number,
  length: number,
  count: number,
  regionStart: number,
  regionLength: number,
): Taps {
  const scale = length / count;
  const taps = Math.min(Math.max(Math.round(scale), 2), kMostTaps);
  const first = Math.floor(regionStart);
  const last = Math.ceil(regionStart + regionLength) - 1;
  const pixels = new Int32Array(count * taps);
  let [begin, end] = [count, 0];
  for (let i = 0; i < count; ++i) {
    const centre = start + (i + 0.5) * scale - regionStart;
    if (centre < 0 || centre > regionLength) continue;
    begin = Math.min(begin, i);
    end = i + 1;
    for (let tap = 0; tap < taps; ++tap) {
      const position = Math.floor(start + (i + (tap + 0.5) / taps) * scale);
      pixels[i * taps + tap] = Math.min(Math.max(position, first), last);
    }
  }
  return { count, taps, pixels, begin, end };
}
