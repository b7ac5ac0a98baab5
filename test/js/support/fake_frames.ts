// Video frames that only pretend, and count how many of their clones are open.

/** What is told of a fake frame. */
export interface FrameCount {
  clones: number;
  closed: number;
}

/**
 * A frame of packed pixels, each with the bytes 10, 20, 30 and 255.
 * @param copyTo what reading it comes to, in place of success
 */
export function fakeFrames({
  width,
  height,
  copyTo,
}: {
  width: number;
  height: number;
  copyTo?: () => Promise<never>;
}): [VideoFrame, FrameCount] {
  const count = { clones: 0, closed: 0 };
  class VideoFrame {
    readonly displayWidth = width;
    readonly displayHeight = height;
    readonly visibleRect = { width, height };
    readonly colorSpace = { matrix: 'rgb', primaries: null, fullRange: true };
    readonly isClone: boolean;
    format: string | null = 'RGBA';

    constructor(isClone: boolean) {
      this.isClone = isClone;
    }
    get [Symbol.toStringTag]() {
      return 'VideoFrame';
    }
    clone() {
      ++count.clones;
      return new VideoFrame(true);
    }
    close() {
      if (this.isClone && this.format) ++count.closed;
      this.format = null;
    }
    allocationSize() {
      return 4 * width * height;
    }
    async copyTo(target: Uint8Array) {
      if (!this.format) throw new DOMException('it was closed', 'InvalidStateError');
      if (copyTo) return copyTo();
      for (let i = 0; i < 4 * width * height; ++i) target[i] = [10, 20, 30, 255][i % 4];
      return [{ offset: 0, stride: 4 * width }];
    }
  }
  return [new VideoFrame(false) as unknown as globalThis.VideoFrame, count];
}
