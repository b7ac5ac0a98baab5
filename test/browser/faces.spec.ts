// The faces that filigree finds in the photographs are those that LiteRT.js finds with the same
// decoding.

import { type Face, overlap } from '../../web/demo/faces.js';
import { buildsOf } from './expected_build.js';
import { expect, test } from './fixtures.js';

/** How many people face the camera in each photograph. */
const kFaces: Record<string, number> = {
  'sample1.jpg': 3,
  'sample2.jpg': 3,
  'sample3.jpg': 3,
  'sample4.jpg': 4,
  'sample5.jpg': 5,
  'sample6.jpg': 4,
};

function expectSame(found: Face[], expected: Face[], leastOverlap: number, score: number): void {
  expect(found.length).toBe(expected.length);
  for (const face of expected) {
    const same = found.find((other) => overlap(face, other) > leastOverlap);
    expect(same, `a face at ${face.x}, ${face.y}`).toBeDefined();
    expect(Math.abs((same?.score ?? 0) - face.score)).toBeLessThan(score);
  }
}

test('every face in every photograph', async ({ engine, openHarness }) => {
  const page = await openHarness();
  const photos = Object.keys(kFaces).map((name) => `/photos/${name}`);
  const found = await page.call('judgeFaces', photos);
  for (const [i, [name, count]] of Object.entries(kFaces).entries()) {
    await test.step(name, async () => {
      const { litert, filigree, picture } = found[i];
      expect(litert.length).toBe(count);
      expect(Object.keys(filigree).sort()).toEqual(buildsOf(engine));
      for (const faces of Object.values(filigree)) expectSame(faces, litert, 0.999, 1e-4);
      // The canvas scales pictures down in another way than filigree does.
      for (const faces of Object.values(picture)) expectSame(faces, litert, 0.7, 0.15);
    });
  }
});
