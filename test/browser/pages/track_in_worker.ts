// A worker that is sent a track, and sends the one with another background.

import { loadModel } from 'filigree';
import { createBackgroundBlur } from 'filigree/video';

const kModel = '/models/selfie_segmentation_landscape.tflite';

async function work(track: MediaStreamTrack): Promise<MediaStreamTrack> {
  const blur = createBackgroundBlur({ model: await loadModel(kModel), color: [0, 1, 0] });
  return blur.process(track, { onError: (error) => postMessage({ error: String(error) }) });
}

addEventListener('message', async ({ data }: MessageEvent<MediaStreamTrack>) => {
  try {
    const track = await work(data);
    postMessage({ track }, { transfer: [track as unknown as Transferable] });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
