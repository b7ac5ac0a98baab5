// @ts-check
// Photographs in, annotated PNGs out. Decoding and encoding are sharp's.

import sharp from 'sharp';

/** @typedef {{data: Uint8Array, width: number, height: number}} Picture RGB */
/** @typedef {import('../../web/demo/faces.js').Face} Face */

const kOutputWidth = 960;
/** What becomes of the background: dim and blue. */
const kBackdrop = [20, 40, 90];
const kBackdropShare = 0.75;

/**
 * Decodes a picture file, upright, to RGB.
 * @param {string} path
 * @returns {Promise<Picture>}
 */
export async function readPicture(path) {
  const { data, info } = await sharp(path)
    .rotate()
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** @param {Face} face @param {number} scale */
function drawFace({ x, y, width, height, keyPoints }, scale) {
  const points = keyPoints.map(
    (point) => `<circle cx="${point.x * scale}" cy="${point.y * scale}" r="2.5" fill="#ff4"/>`,
  );
  return (
    `<rect x="${x * scale}" y="${y * scale}" width="${width * scale}" height="${height * scale}" ` +
    `fill="none" stroke="#3f3" stroke-width="3"/>${points.join('')}`
  );
}

/**
 * Writes a PNG of the picture with the background painted over and boxes around the faces.
 * @param {string} path
 * @param {Picture} picture
 * @param {Face[]} faces in pixels of the picture
 * @param {{data: ArrayLike<number>, width: number, height: number}} mask 1: person, 0: background;
 * stretched over the picture
 */
export async function writeAnnotated(path, picture, faces, mask) {
  const scale = kOutputWidth / picture.width;
  const [width, height] = [kOutputWidth, Math.round(picture.height * scale)];
  const size = /** @type {const} */ ({ width, height, fit: 'fill' });
  const source = { width: picture.width, height: picture.height, channels: 3 };
  const pixels = await sharp(picture.data, { raw: /** @type {import('sharp').Raw} */ (source) })
    .resize(size)
    .raw()
    .toBuffer();
  const bytes = Uint8Array.from(mask.data, (value) => 255 * value);
  const person = await sharp(bytes, {
    raw: { width: mask.width, height: mask.height, channels: 1 },
  })
    .resize(size)
    .extractChannel(0)
    .raw()
    .toBuffer();
  for (let i = 0; i < pixels.length; ++i) {
    const share = kBackdropShare * (1 - person[Math.floor(i / 3)] / 255);
    pixels[i] += (kBackdrop[i % 3] - pixels[i]) * share;
  }
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${faces
    .map((face) => drawFace(face, scale))
    .join('')}</svg>`;
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(drawing) }])
    .png()
    .toFile(path);
}
