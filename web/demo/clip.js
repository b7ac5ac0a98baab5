// @ts-check
// Where video comes from: a camera, or a clip out of a photograph for machines without one, which
// moves as if somebody held it. And how a page without `filigree/video` looks at its frames.

export const kVideoSize = { width: 640, height: 480 };

const kFramesPerSecond = 30;
const kSecondsPerRound = 8;
/** How much of the photograph is seen, from afar and from near. */
const kZoom = { far: 0.95, near: 0.7 };

/** @returns {Promise<MediaStreamTrack>} */
export async function openCamera() {
  if (!navigator.mediaDevices) {
    throw new Error('Browsers open cameras for pages from https or localhost only. Take the clip.');
  }
  const stream = await navigator.mediaDevices.getUserMedia({ video: kVideoSize });
  return stream.getVideoTracks()[0];
}

/**
 * @param {string} url of the photograph
 * @returns {Promise<MediaStreamTrack>} goes on until it is stopped
 */
export async function clipOf(url) {
  const { width, height } = kVideoSize;
  const photograph = new Image();
  photograph.src = url;
  await photograph.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const [track] = canvas.captureStream(kFramesPerSecond).getVideoTracks();
  const scale = Math.min(photograph.naturalWidth / width, photograph.naturalHeight / height);
  const draw = () => {
    const phase = (2 * Math.PI * performance.now()) / 1000 / kSecondsPerRound;
    const zoom = kZoom.near + ((1 + Math.cos(phase)) / 2) * (kZoom.far - kZoom.near);
    const [w, h] = [width * scale * zoom, height * scale * zoom];
    const x = (photograph.naturalWidth - w) * (0.5 + 0.3 * Math.sin(phase));
    const y = (photograph.naturalHeight - h) * (0.4 + 0.1 * Math.sin(2 * phase));
    context.drawImage(photograph, x, y, w, h, 0, 0, width, height);
  };
  draw();
  // A timer, not an animation frame: the clip goes on in a hidden tab, as a camera does.
  const timer = setInterval(() => {
    if (track.readyState === 'ended') clearInterval(timer);
    else draw();
  }, 1000 / kFramesPerSecond);
  return track;
}

/**
 * Looks at a track's frames, always at the latest one: those that come meanwhile are left out.
 * @param {MediaStreamTrack} track
 * @param {(video: HTMLVideoElement) => Promise<void>} look the element shows the frame
 * @param {(error: unknown) => void} onError gets what `look` throws; that is the end of it
 * @returns {() => Promise<void>} ends it and the track; done when no `look` is under way any more
 */
export function watch(track, look, onError) {
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
  video.srcObject = new MediaStream([track]);
  let isOver = false;
  let wake = () => {};
  const nextFrame = () =>
    /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        wake = resolve;
        video.requestVideoFrameCallback(() => resolve());
      })
    );
  const end = () => {
    isOver = true;
    track.stop();
    video.srcObject = null;
    wake();
  };
  const work = async () => {
    await video.play();
    while (!isOver) {
      await nextFrame();
      if (!isOver) await look(video);
    }
  };
  const working = work().catch((error) => {
    // Whoever ends it before its first frame interrupts play().
    if (!isOver) onError(error);
    end();
  });
  return () => {
    end();
    return working;
  };
}
