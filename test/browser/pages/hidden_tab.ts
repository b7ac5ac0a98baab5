// A page of its own, without a test that drives it: it blurs the camera's background, opens another
// tab before itself, and tells what became of the outgoing frames. Its URL says whom:
// hidden_tab.html?report=URL.

import { loadModel } from 'filigree';
import { createBackgroundBlur } from 'filigree/video';

export interface HiddenReport {
  /** What went wrong, if anything did. */
  error?: string;
  visibility: [before: string, during: string];
  /** requestAnimationFrame's callbacks while the page was hidden. */
  animationFrames: number;
  /** Frames that went out while the page was hidden, and how many of them looked new. */
  frames: number;
  distinct: number;
  /** Runs of the model while the page was hidden. */
  runs: number;
}

const kModel = '/models/selfie_segmentation_landscape.tflite';
/** So many frames are watched while the page is hidden. */
const kFrames = 40;

/** Not in TypeScript's library: only Chromium has it in a window. */
declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack });
  readonly readable: ReadableStream<VideoFrame>;
}

const kSample = 16;
const sample = new OffscreenCanvas(kSample, kSample);
const context = sample.getContext('2d', {
  willReadFrequently: true,
}) as OffscreenCanvasRenderingContext2D;

/** A number for what a frame shows. */
function fingerprint(frame: VideoFrame): string {
  context.drawImage(frame, 0, 0, kSample, kSample);
  return context.getImageData(0, 0, kSample, kSample).data.join();
}

function becomesHidden(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState === 'hidden') resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

async function watch(): Promise<HiddenReport> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  const [camera] = stream.getVideoTracks();
  const model = await loadModel(kModel);
  const blur = createBackgroundBlur({ model });
  let runs = 0;
  let animationFrames = 0;
  const animate = () => {
    ++animationFrames;
    requestAnimationFrame(animate);
  };
  animate();
  const track = blur.process(camera, { onResult: () => void ++runs });
  const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
  const next = async () => {
    const { value } = await reader.read();
    if (!value) throw new Error('the track ended');
    const seen = fingerprint(value);
    value.close();
    return seen;
  };
  for (let i = 0; i < 5; ++i) await next();
  const before = document.visibilityState;
  if (!open('about:blank')) throw new Error('no other tab could be opened');
  await becomesHidden();
  // What was under way when the page was hidden is done.
  for (let i = 0; i < 5; ++i) await next();
  runs = 0;
  animationFrames = 0;
  const seen = new Set<string>();
  for (let i = 0; i < kFrames; ++i) seen.add(await next());
  return {
    visibility: [before, document.visibilityState],
    animationFrames,
    frames: kFrames,
    distinct: seen.size,
    runs,
  };
}

const report = await watch().catch((error) => ({ error: String(error) }));
navigator.sendBeacon(
  String(new URLSearchParams(location.search).get('report')),
  JSON.stringify(report),
);
