// @ts-check
// A clip out of a photograph, for machines without a camera: it moves as if somebody held it.

const kFramesPerSecond = 30;
const kSecondsPerRound = 8;
/** How much of the photograph is seen, from afar and from near. */
const kZoom = { far: 0.95, near: 0.7 };

/**
 * @param {string} url of the photograph
 * @param {{width: number, height: number}} size of the clip
 * @returns {Promise<MediaStreamTrack>} goes on until it is stopped
 */
export async function clipOf(url, { width, height }) {
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
