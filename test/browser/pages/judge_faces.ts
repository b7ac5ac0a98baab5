// The sparse face detector on photographs: LiteRT.js and filigree with the same decoding.

import { loadModel } from 'filigree';
import { type Face, findFaces, kFaceInput } from '../../../web/demo/faces.js';
import { photoPixels, photoTensor } from './inputs.js';
import { LiteRtModel } from './litert.js';

export interface FacesFound {
  litert: Face[];
  /** By build, on the same tensor. */
  filigree: Record<string, Face[]>;
  /** By filigree, which made its tensor out of the picture itself. */
  picture: Face[];
}

const kModel = '/models/face_detection_full_range_sparse.tflite';

export async function judgeFaces(photo: string): Promise<FacesFound> {
  const litert = await LiteRtModel.load(kModel);
  const input = await photoTensor(photo, litert.inputShapes()[0], { low: -1, high: 1 });
  const [boxes, logits] = await litert.run([input.data]);
  litert.delete();
  const found: FacesFound = {
    litert: findFaces(boxes.data, logits.data, input),
    filigree: {},
    picture: [],
  };
  const image = await photoPixels(photo);
  for (const variant of ['simd', 'relaxed'] as const) {
    for (const threads of [1, 2]) {
      const model = await loadModel(kModel, { variant, threads });
      const { variant: build } = await model.explain();
      const outputs = await model.run(input.data);
      found.filigree[build] = findFaces(
        outputs[0].data as Float32Array,
        outputs[1].data as Float32Array,
        input,
      );
      const ofPicture = await model.run({ image, ...kFaceInput });
      found.picture = findFaces(
        ofPicture[0].data as Float32Array,
        ofPicture[1].data as Float32Array,
        image,
      );
      model.dispose();
    }
  }
  return found;
}
