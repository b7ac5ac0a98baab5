// The frames of a video track, as they come: always the latest one. What nobody was ready for is
// dropped and counted, never queued.

/** One picture of a video. Whoever has taken it closes it. */
export interface Frame {
  /** The picture, which can be drawn. */
  image: VideoFrame | HTMLVideoElement;
  /** Of the picture, in its pixels. */
  width: number;
  /** Of the picture, in its pixels. */
  height: number;
  /** Microseconds since some moment. */
  timestamp: number;
  /** Lets go of the picture's memory. */
  close(): void;
}

export interface FrameSource {
  /** The latest frame that was not given out yet; undefined at the end of the track. */
  next(): Promise<Frame | undefined>;
  /** How many frames were replaced by later ones before anybody took them. */
  readonly dropped: number;
  /** Lets go of the track. */
  close(): void;
}

class LatestFrame {
  dropped = 0;
  #frame: Frame | undefined;
  #isEnded = false;
  #wake: (() => void) | undefined;

  offer(frame: Frame): void {
    if (this.#isEnded) {
      frame.close();
      return;
    }
    if (this.#frame) {
      this.#frame.close();
      ++this.dropped;
    }
    this.#frame = frame;
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#frame?.close();
    this.#frame = undefined;
    this.#wake?.();
  }

  async next(): Promise<Frame | undefined> {
    while (!this.#frame && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const frame = this.#frame;
    this.#frame = undefined;
    return frame;
  }
}

/** The frames of a stream. */
export function framesOfStream(stream: ReadableStream<VideoFrame>): FrameSource {
  const latest = new LatestFrame();
  const reader = stream.getReader();
  const pump = async () => {
    for (;;) {
      const { done, value: image } = await reader.read();
      if (done) return;
      latest.offer({
        image,
        width: image.displayWidth,
        height: image.displayHeight,
        timestamp: image.timestamp,
        close: () => image.close(),
      });
    }
  };
  // A track that fails ends; there is nothing else to be done about it.
  pump().then(
    () => latest.end(),
    () => latest.end(),
  );
  return {
    next: () => latest.next(),
    get dropped() {
      return latest.dropped;
    },
    close() {
      latest.end();
      reader.cancel().catch(() => {});
    },
  };
}

/** The frames of a video element that nobody sees, which browsers pause in hidden tabs. */
export function framesOfElement(track: MediaStreamTrack): FrameSource {
  const latest = new LatestFrame();
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  const onFrame: VideoFrameRequestCallback = (now) => {
    latest.offer({
      image: video,
      width: video.videoWidth,
      height: video.videoHeight,
      timestamp: now * 1000,
      close: () => {},
    });
    request = video.requestVideoFrameCallback(onFrame);
  };
  let request = video.requestVideoFrameCallback(onFrame);
  const end = () => {
    video.onended = null;
    video.cancelVideoFrameCallback(request);
    video.srcObject = null;
    latest.end();
  };
  // Not the track's own event: that is not sent where the caller stops it.
  video.onended = end;
  if (track.readyState === 'ended') end();
  else video.play().catch(end);
  return {
    next: () => latest.next(),
    get dropped() {
      return latest.dropped;
    },
    close: end,
  };
}
