// The faces that filigree finds in the photographs are those that LiteRT.js finds with the same
// decoding.

import { type Face, overlap } from '../../web/demo/faces.js';
import { buildsOf } from './expected_build.js';
import { expect, test } from './fixtures.js';

/** How many people face the camera in sample1.jpg … sample6.jpg. */
const kFaces = [3, 3, 3, 4, 5, 4];

function expectSame(found: Face[], expected: Face[], leastOverlap: number, score: number): void {
  expect(found.length).toBe(expected.length);
  for (const face of expected) {
    const same = found.find((other) => overlap(face, other) > leastOverlap);
    expect(same, `a face at ${face.x}, ${face.y}`).toBeDefined();
    expect(Math.abs((same?.score ?? 0) - face.score)).toBeLessThan(score);
  }
}

for (const [i, count] of kFaces.entries()) {
  test(`sample${i + 1}.jpg: ${count} faces`, async ({ engine, openHarness }) => {
    const page = await openHarness();
    const { litert, filigree, picture } = await page.call(
      'judgeFaces',
      `/photos/sample${i + 1}.jpg`,
    );
    expect(litert.length).toBe(count);
    expect(Object.keys(filigree).sort()).toEqual(buildsOf(engine));
    for (const faces of Object.values(filigree)) expectSame(faces, litert, 0.999, 1e-4);
    // The canvas scales pictures down in another way than filigree does.
    expectSame(picture, litert, 0.7, 0.15);
  });
}
