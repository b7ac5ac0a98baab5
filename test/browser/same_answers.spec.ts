// The mask and the boxes of a photograph are the same in all engines. They are compared with what
// Node computes out of the same bytes: browsers decode JPEGs each in their own way, so that the
// page gets the pixels, as a decoder of its own would give them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from 'filigree';
import { readImage } from '../../js/cli/pictures.js';
import type { ImagePixels } from '../../js/images.js';
import { serve } from '../../scripts/serve.mjs';
import { modelFolder, photoFolder } from '../../scripts/setup/paths.mjs';
import { type Face, findFaces, kFaceInput, kFaceInputSize } from '../../web/demo/faces.js';
import { buildsOf } from './expected_build.js';
import { expect, test } from './fixtures.js';
import type { Answer } from './pages/answers.js';

/** Of shares: of the picture's size, of certainty, of person. */
const kTolerance = 1e-3;

const kDetector = 'face_detection_full_range_sparse';
const kCases = {
  [kDetector]: { photo: 'sample5.jpg', faces: 5, input: kFaceInput },
  selfie_segmentation: { photo: 'sample1.jpg', input: { mean: 0, std: 255 } },
  selfie_segmentation_landscape: { photo: 'sample1.jpg', input: { mean: 0, std: 255 } },
};

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

/** Largest difference; NaN where either is NaN. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; ++i) {
    const own = Math.abs(a[i] - b[i]);
    if (!(own <= largest)) largest = own;
  }
  return largest;
}

/** What a model answered, in shares. */
function inShares(model: string, { outputs }: Answer): number[][] {
  if (model !== kDetector) return outputs.map((values) => Array.from(values));
  const [boxes, logits] = outputs;
  return [Array.from(boxes, (value) => value / kFaceInputSize), Array.from(logits, sigmoid)];
}

/** The faces as numbers, in shares of the picture. */
function faceNumbers({ outputs: [boxes, logits] }: Answer, picture: ImagePixels): number[][] {
  const { width, height } = picture;
  return findFaces(boxes, logits, picture).map((face: Face) => [
    face.score,
    ...[face, ...face.keyPoints].flatMap(({ x, y }) => [x / width, y / height]),
    ...[face.width / width, face.height / height],
  ]);
}

async function answerOfNode(model: string, input: object): Promise<Answer> {
  const loaded = await loadModel(join(modelFolder, `${model}.tflite`), {
    variant: 'simd',
    threads: 1,
    worker: false,
  });
  const outputs = await loaded.run(input as never);
  loaded.dispose();
  return { build: 'simd', outputs: outputs.map(({ data }) => data as Float32Array) };
}

for (const [model, { photo, input, ...rest }] of Object.entries(kCases)) {
  test(`${model} on ${photo} as in Node`, async ({ openHarness, engine }, testInfo) => {
    const image = await readImage(join(photoFolder, photo));
    const expected = await answerOfNode(model, { image, ...input });
    writeFileSync(testInfo.outputPath('pixels'), image.data);
    const site = await serve({ root: testInfo.outputPath() });
    const { width, height } = image;
    const picture = { url: `${site.url}pixels`, width, height };
    const answers = await (await openHarness()).call('answersTo', picture, model, input);
    await site.close();

    expect(answers.map(({ build }) => build).sort()).toEqual(buildsOf(engine));
    const shares = inShares(model, expected);
    for (const answer of answers) {
      const found = inShares(model, answer);
      expect(found.length).toBe(shares.length);
      const worst = Math.max(...found.map((values, i) => difference(values, shares[i])));
      process.stdout.write(`    ${answer.build}: ${worst.toExponential(1)}\n`);
      expect(worst, answer.build).toBeLessThanOrEqual(kTolerance);
      if (!('faces' in rest)) continue;
      const [faces, others] = [expected, answer].map((it) => faceNumbers(it, image));
      expect(faces.length).toBe(rest.faces);
      expect(others.length, answer.build).toBe(rest.faces);
      const all = difference(faces.flat(), others.flat());
      expect(all, answer.build).toBeLessThanOrEqual(kTolerance);
    }
  });
}
