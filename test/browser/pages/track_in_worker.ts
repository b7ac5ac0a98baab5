// A worker that is sent a track, and sends the one that processTrack makes of it.

import { loadModel } from 'filigree';
import { processTrack } from 'filigree/video';

const kModel = '/models/selfie_segmentation_landscape.tflite';

async function work(track: MediaStreamTrack): Promise<MediaStreamTrack> {
  const model = await loadModel(kModel);
  return processTrack(track, model, {
    input: { mean: 0, std: 255 },
    draw(context, { width, height }, [mask]) {
      context.fillStyle = mask.data.length > 0 ? 'lime' : 'red';
      context.fillRect(0, 0, width, height);
    },
    onError: (error) => postMessage({ error: String(error) }),
  });
}

addEventListener('message', async ({ data }: MessageEvent<MediaStreamTrack>) => {
  try {
    const track = await work(data);
    postMessage({ track }, { transfer: [track as unknown as Transferable] });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
