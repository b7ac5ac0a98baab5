// The sparse face detector on photographs: LiteRT.js and filigree with the same decoding.

import { loadModel } from 'filigree';
import { type Face, findFaces, kFaceInput } from '../../../web/demo/faces.js';
import { type Letterbox, photoPixels, photoTensor } from './inputs.js';
import { LiteRtModel } from './litert.js';

export interface FacesFound {
  litert: Face[];
  /** By build, on the same tensor. */
  filigree: Record<string, Face[]>;
  /** By build, which made its tensor out of the picture itself. */
  picture: Record<string, Face[]>;
}

interface Seen {
  tensor: Letterbox;
  image: ImageData;
  found: FacesFound;
}

const kModel = '/models/face_detection_full_range_sparse.tflite';

function decoded([boxes, logits]: readonly { data: unknown }[], size: Letterbox | ImageData) {
  return findFaces(boxes.data as Float32Array, logits.data as Float32Array, size);
}

/** @param photos their URLs */
export async function judgeFaces(photos: string[]): Promise<FacesFound[]> {
  const litert = await LiteRtModel.load(kModel);
  const seen: Seen[] = [];
  for (const photo of photos) {
    const tensor = await photoTensor(photo, litert.inputShapes()[0], { low: -1, high: 1 });
    const faces = decoded(await litert.run([tensor.data]), tensor);
    const found = { litert: faces, filigree: {}, picture: {} };
    seen.push({ tensor, image: await photoPixels(photo), found });
  }
  litert.delete();
  for (const variant of ['simd', 'relaxed'] as const) {
    for (const threads of [1, 2]) {
      const model = await loadModel(kModel, { variant, threads });
      const { variant: build } = await model.explain();
      for (const { tensor, image, found } of seen) {
        found.filigree[build] = decoded(await model.run(tensor.data), tensor);
        found.picture[build] = decoded(await model.run({ image, ...kFaceInput }), image);
      }
      model.dispose();
    }
  }
  return seen.map(({ found }) => found);
}
