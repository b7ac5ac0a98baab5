// What a model's input sees of frames in memory, on frames that only pretend.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { framePart } from '../../js/frames/frame_part.js';
import { FrameReader } from '../../js/frames/frame_reader.js';
import type { FrameInput } from '../../js/video/process_track.js';
import { failure, tensorInfo } from './support/fixtures.js';

interface FakeFrame {
  format: string;
  width: number;
  height: number;
  /** Of a pixel. */
  y(column: number, row: number): number;
  /** Of a pixel, which three neighbours share. */
  uv?(column: number, row: number): [number, number];
  space?: Partial<VideoColorSpace>;
  rotation?: number;
  displayWidth?: number;
}

/** A VideoFrame of Y, U and V, each plane with rows longer than it needs. */
function frame({ format, width, height, y, uv = () => [128, 128], space, ...rest }: FakeFrame) {
  const [strideY, strideC] = [width + 3, 2 * width + 5];
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const offsetU = 7 + strideY * height;
  const offsetV = offsetU + strideC * halfHeight;
  const bytes = new Uint8Array(offsetV + strideC * halfHeight).fill(77);
  const isPaired = format === 'NV12';
  for (let row = 0; row < height; ++row) {
    for (let column = 0; column < width; ++column) {
      bytes[7 + row * strideY + column] = y(column, row);
    }
  }
  for (let row = 0; row < halfHeight; ++row) {
    for (let column = 0; column < halfWidth; ++column) {
      const [u, v] = uv(2 * column, 2 * row);
      const at = row * strideC;
      bytes[offsetU + at + (isPaired ? 2 * column : column)] = u;
      bytes[isPaired ? offsetU + at + 2 * column + 1 : offsetV + at + column] = v;
    }
  }
  const layout = [
    { offset: 7, stride: strideY },
    { offset: offsetU, stride: strideC },
    ...(isPaired ? [] : [{ offset: offsetV, stride: strideC }]),
  ];
  return {
    format,
    visibleRect: { width, height },
    displayWidth: width,
    displayHeight: height,
    colorSpace: { matrix: null, fullRange: null, primaries: null, ...space },
    allocationSize: () => bytes.length,
    copyTo: async (target: Uint8Array) => {
      target.set(bytes);
      return layout;
    },
    ...rest,
  } as unknown as VideoFrame;
}

/** RGB as the input has it; undefined for what is drawn instead. */
async function read(
  image: VideoFrame,
  shape: number[],
  options: FrameInput = {},
  reader = new FrameReader(),
): Promise<Uint8ClampedArray | undefined> {
  const [, height, width, channels] = shape;
  const part = framePart(image, options, { height, width, channels }, 'input "x"');
  return part && reader.read(part, tensorInfo('x', shape));
}

/** Red, green, blue of ITU-R BT.601 or BT.709, limited to 16 … 235 or full, as Y, U, V. */
function yuv([r, g, b]: number[], kr: number, kb: number, isFull: boolean): number[] {
  const y = kr * r + (1 - kr - kb) * g + kb * b;
  const u = (b - y) / (2 * (1 - kb));
  const v = (r - y) / (2 * (1 - kr));
  if (isFull) return [y, u + 128, v + 128].map(Math.round);
  return [16 + (y * 219) / 255, 128 + (u * 224) / 255, 128 + (v * 224) / 255].map(Math.round);
}

const kColors = [
  [200, 40, 20],
  [20, 160, 60],
  [30, 60, 180],
  [255, 255, 255],
  [0, 0, 0],
];

for (const format of ['I420', 'NV12']) {
  for (const [matrix, kr, kb] of [
    [null, 0.299, 0.114],
    ['smpte170m', 0.299, 0.114],
    ['bt709', 0.2126, 0.0722],
  ] as const) {
    for (const fullRange of [true, false]) {
      test(`colours of ${format}, matrix ${matrix}, full range ${fullRange}`, async () => {
        for (const color of kColors) {
          const [y, u, v] = yuv(color, kr, kb, fullRange);
          const space = { matrix, fullRange };
          const image = frame({ format, width: 8, height: 6, y: () => y, uv: () => [u, v], space });
          const data = [...((await read(image, [1, 3, 4, 3])) ?? [])];
          assert.equal(data.length, 36);
          // Half a step of Y, U and V each: 1.164 Y + 2.115 U at most, and half a step of its own.
          data.forEach((byte, i) => {
            assert.ok(Math.abs(byte - color[i % 3]) <= 2.2, `${color}: ${data.slice(0, 3)}`);
          });
        }
      });
    }
  }
}

for (const [format, order] of [
  ['RGBA', [0, 1, 2]],
  ['RGBX', [0, 1, 2]],
  ['BGRA', [2, 1, 0]],
  ['BGRX', [2, 1, 0]],
] as const) {
  test(`pixels of four bytes: ${format}`, async () => {
    const [width, height, stride] = [8, 8, 44];
    const bytes = new Uint8Array(stride * height).fill(99);
    const color = (x: number, y: number) => [200 + x, 100 + 10 * y, 255];
    for (let y = 0; y < height; ++y) {
      for (let x = 0; x < width; ++x) {
        const at = y * stride + 4 * x;
        color(x, y).forEach((byte, c) => {
          bytes[at + order[c]] = byte;
        });
        bytes[at + 3] = 255;
      }
    }
    const image = {
      format,
      visibleRect: { width, height },
      displayWidth: width,
      displayHeight: height,
      colorSpace: { matrix: 'rgb', fullRange: true, primaries: 'bt709' },
      allocationSize: () => bytes.length,
      copyTo: async (target: Uint8Array) => {
        target.set(bytes);
        return [{ offset: 0, stride }];
      },
    } as unknown as VideoFrame;
    const half = await read(image, [1, 4, 4, 3]);
    // The mean of two neighbours ends in a half, which goes to the even number.
    assert.deepEqual([...(half ?? [])].slice(0, 6), [200, 105, 255, 202, 105, 255]);
    assert.deepEqual([...(half ?? [])].slice(-3), [206, 165, 255]);
    // Sixteen of the brightest bytes are summed up.
    const quarter = await read(image, [1, 2, 2, 3]);
    assert.deepEqual([...(quarter ?? [])].slice(0, 3), [202, 115, 255]);
  });
}

/** The red of each pixel, row by row: without colour it is the brightness. */
async function brightness(image: VideoFrame, shape: number[], options: FrameInput = {}) {
  const pixels = await read(image, shape, options);
  return pixels && [...pixels].filter((_, i) => i % 3 === 0);
}

const space = { fullRange: true };

test("a frame of the input's own size keeps every pixel", async () => {
  const y = (column: number, row: number) => 10 * row + column;
  const image = frame({ format: 'I420', width: 5, height: 3, y, space });
  const expected = [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24];
  assert.deepEqual(await brightness(image, [1, 3, 5, 3]), expected);
});

test('a pixel is the mean of those that it stands for', async () => {
  const y = (column: number, row: number) => 16 * row + 2 * column;
  const image = frame({ format: 'NV12', width: 6, height: 4, y, space });
  // Three columns and two rows each: the middle one, and 8 for half a row.
  assert.deepEqual(await brightness(image, [1, 2, 2, 3]), [10, 16, 42, 48]);
});

test('colours lie where their pixels are', async () => {
  const uv = (column: number, row: number): [number, number] => [100 + column, 100 + 10 * row];
  const image = frame({ format: 'I420', width: 4, height: 4, y: () => 100, uv, space });
  const pixels = await read(image, [1, 4, 4, 3]);
  const reds = [...(pixels ?? [])].filter((_, i) => i % 3 === 0);
  const blues = [...(pixels ?? [])].filter((_, i) => i % 3 === 2);
  const red = [100 - 1.402 * 28, 100 - 1.402 * 8].map(Math.round);
  const blue = [100 - 1.772 * 28, 100 - 1.772 * 26].map(Math.round);
  assert.deepEqual(
    reds,
    [0, 0, 1, 1].flatMap((row) => Array(4).fill(red[row])),
  );
  assert.deepEqual(
    blues,
    Array(4)
      .fill([0, 0, 1, 1].map((column) => blue[column]))
      .flat(),
  );
});

test('contain leaves black around, cover and crop leave out', async () => {
  const y = (column: number, row: number) => 100 + 10 * row + column;
  const image = frame({ format: 'I420', width: 8, height: 4, y, space });
  assert.deepEqual(
    await brightness(image, [1, 4, 4, 3], { fit: 'contain' }),
    // Means of four pixels that end in a half go to the even number.
    [0, 0, 0, 0, 106, 108, 110, 112, 126, 128, 130, 132, 0, 0, 0, 0],
  );
  const covered = [102, 103, 104, 105];
  assert.deepEqual((await brightness(image, [1, 4, 4, 3], { fit: 'cover' }))?.slice(0, 4), covered);
  const crop = { x: 5, y: 2, width: 2, height: 2 };
  assert.deepEqual(await brightness(image, [1, 2, 2, 3], { crop }), [125, 126, 135, 136]);
});

test('pixels at the edge of a crop take nothing from beyond it', async () => {
  const y = (column: number, row: number) => 100 + 10 * row + 50 * Number(column > 3);
  const image = frame({ format: 'I420', width: 6, height: 4, y, space });
  // Three rows or columns in the middle of four: the first and the last pixel stick out by a half.
  const rows = { crop: { x: 0, y: 0, width: 4, height: 3 }, fit: 'contain' } as const;
  const down = [100, 105, 115, 120].flatMap((level) => Array(4).fill(level));
  assert.deepEqual(await brightness(image, [1, 4, 4, 3], rows), down);
  const columns = { crop: { x: 1, y: 0, width: 3, height: 4 }, fit: 'contain' } as const;
  const across = [100, 110, 120, 130].flatMap((level) => Array(4).fill(level));
  assert.deepEqual(await brightness(image, [1, 4, 4, 3], columns), across);
});

test('other formats, wide colours, turned, stretched or too small: drawn instead', async () => {
  const plain = { format: 'I420', width: 8, height: 8, y: () => 1 };
  assert.ok(await read(frame(plain), [1, 8, 8, 3]));
  const wide = { space: { primaries: 'bt2020' as never } };
  for (const other of [{ format: 'I444' }, { rotation: 90 }, { displayWidth: 10 }, wide]) {
    assert.equal(await read(frame({ ...plain, ...other }), [1, 8, 8, 3]), undefined);
  }
  assert.equal(await read(frame(plain), [1, 9, 8, 3]), undefined);
  assert.equal(await read(frame(plain), [1, 64]), undefined);
  assert.equal(await read(frame(plain), [1, 8, 8, 1]), undefined);
  assert.equal(await read({} as VideoFrame, [1, 8, 8, 3]), undefined);
});

test('a crop outside of the frame is refused by name', async () => {
  const image = frame({ format: 'I420', width: 8, height: 8, y: () => 1 });
  const crop = { x: 4, y: 0, width: 8, height: 8 };
  await assert.rejects(read(image, [1, 4, 4, 3], { crop }), failure('bad-input', 'input "x"'));
});

test('memory is used again, and nothing of an earlier frame is left in it', async () => {
  const reader = new FrameReader();
  const bright = frame({ format: 'I420', width: 8, height: 4, y: () => 200, space });
  const first = await read(bright, [1, 4, 4, 3], {}, reader);
  assert.deepEqual([...(first ?? [])], Array(48).fill(200));
  const second = await read(bright, [1, 4, 4, 3], { fit: 'contain' }, reader);
  assert.equal(second, first);
  assert.deepEqual(
    [...(second ?? [])],
    [0, 200, 200, 0].flatMap((level) => Array(12).fill(level)),
  );
  assert.equal((await read(bright, [1, 2, 4, 3], {}, reader))?.length, 24);
});

test('a frame that the browser cannot read is bad input, by name', async () => {
  const copyTo = () => Promise.reject(new DOMException('the GPU is gone', 'OperationError'));
  const image = { ...frame({ format: 'I420', width: 8, height: 8, y: () => 1 }), copyTo };
  await assert.rejects(
    read(image as unknown as VideoFrame, [1, 4, 4, 3]),
    failure('bad-input', 'input "x"', 'the GPU is gone'),
  );
});
