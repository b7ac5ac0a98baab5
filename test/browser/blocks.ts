// Photographs that look the same to a model in every browser. Each scales large pictures in its own
// way, and boxes and masks follow. These are as small as the model sees them, and shown in blocks of
// 2×2 pixels: whether a browser takes one of the four or their mean, it comes back to the same.

import { join } from 'node:path';
import { photoFolder } from '../../scripts/setup/paths.mjs';

export interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * A photograph at the size of a model's input, for pages that enlarge it themselves.
 * @param crop the part of the photograph, of that shape
 * @returns a URL
 */
export async function smallPhotograph(
  name: string,
  width: number,
  height: number,
  crop: Crop,
): Promise<string> {
  const { default: sharp } = await import('sharp');
  const photograph = sharp(join(photoFolder, name)).extract(crop);
  // Decoders agree on a JPEG whose colours are not made fewer.
  const jpeg = { quality: 90, chromaSubsampling: '4:4:4' };
  const bytes = await photograph.resize(width, height).jpeg(jpeg).toBuffer();
  return `data:image/jpeg;base64,${bytes.toString('base64')}`;
}

/** The same in blocks already, for an input of files. */
export async function blockPhotograph(name: string, width: number) {
  const { default: sharp } = await import('sharp');
  const small = await sharp(join(photoFolder, name)).resize(width).png().toBuffer();
  const buffer = await sharp(small)
    .resize(2 * width, null, { kernel: 'nearest' })
    .png()
    .toBuffer();
  return { name: name.replace('.jpg', '.png'), mimeType: 'image/png', buffer };
}
