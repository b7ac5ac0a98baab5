// @ts-check
// Where video comes from: a camera, or a clip out of a photograph for machines without one, which
// moves as if somebody held it.

export const kVideoSize = { width: 640, height: 480 };

const kFramesPerSecond = 30;
const kSecondsPerRound = 8;
/** How much of the photograph is seen, from afar and from near. */
const kZoom = { far: 0.95, near: 0.7 };

/** @returns {Promise<MediaStreamTrack>} */
export async function openCamera() {
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
