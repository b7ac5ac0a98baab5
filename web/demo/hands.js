// @ts-check
// From MediaPipe's two hand models to skeletons: palm detection finds where hands are, and the
// landmark model looks at each of them, turned upright. Plain arrays and objects only, so that pages
// and tests share it.
//
// The palm model sees the whole picture, letterboxed into 192 × 192 pixels of [0, 1]. It answers with
// 2016 candidates: two for each of 24 × 24 squares, six for each of 12 × 12. A candidate is a score
// before the sigmoid and 18 numbers in pixels of the input, relative to the square's centre: the
// box's centre, its width and height, and seven key points (the first is the wrist, the third the
// middle finger's knuckle).

/** @typedef {{x: number, y: number}} Point */
/**
 * @typedef {object} Palm
 * @property {number} score 0 to 1
 * @property {number} x left edge, in pixels of the picture
 * @property {number} y top edge
 * @property {number} width
 * @property {number} height
 * @property {Point} wrist
 * @property {Point} knuckle of the middle finger
 */
/**
 * A square of the picture in which the hand is upright.
 * @typedef {{center: Point, size: number, angle: number}} Square
 */

/** How a picture becomes the palm model's input. */
export const kPalmInput = /** @type {const} */ ({ mean: 0, std: 255, fit: 'contain' });
/** Width and height of the landmark model's input. */
export const kHandSize = 224;

const kPalmSize = 192;
const kGrids = [
  { cells: 24, perCell: 2 },
  { cells: 12, perCell: 6 },
];
const kValues = 18;
const kSameHand = 0.3;
/** The landmark model wants the whole hand, of which the palm is the lower part. */
const kHandToPalm = 2.6;
const kHandAbovePalm = 0.5;

/** Pairs of landmarks that bones connect: five fingers from the wrist, and the palm. */
export const kBones = [
  [0, 1], [1, 2], [2, 3], [3, 4],
  [0, 5], [5, 6], [6, 7], [7, 8],
  [9, 10], [10, 11], [11, 12],
  [13, 14], [14, 15], [15, 16],
  [0, 17], [17, 18], [18, 19], [19, 20],
  [5, 9], [9, 13], [13, 17],
]; // biome-ignore format: a finger a line

/**
 * The palms in a picture, the surest first.
 * @param {ArrayLike<number>} boxes the model's first output, [1, 2016, 18]
 * @param {ArrayLike<number>} logits its second, [1, 2016, 1]
 * @param {{x: number, y: number, width: number, height: number}} seen the part of the picture that
 * the model saw (`placeImage`)
 * @param {number} [threshold] the least score
 * @returns {Palm[]}
 */
export function findPalms(boxes, logits, seen, threshold = 0.5) {
  /** @type {Palm[]} */
  const palms = [];
  const scale = seen.width / kPalmSize;
  let index = 0;
  for (const { cells, perCell } of kGrids) {
    const cell = kPalmSize / cells;
    for (let i = 0; i < cells * cells * perCell; ++i, ++index) {
      const score = 1 / (1 + Math.exp(-logits[index]));
      if (score < threshold) continue;
      const square = Math.floor(i / perCell);
      const centerX = ((square % cells) + 0.5) * cell;
      const centerY = (Math.floor(square / cells) + 0.5) * cell;
      const value = (/** @type {number} */ k) => boxes[index * kValues + k];
      const point = (/** @type {number} */ k) => ({
        x: seen.x + (centerX + value(k)) * scale,
        y: seen.y + (centerY + value(k + 1)) * scale,
      });
      const [middle, width, height] = [point(0), value(2) * scale, value(3) * scale];
      palms.push({
        ...{ score, width, height },
        x: middle.x - width / 2,
        y: middle.y - height / 2,
        wrist: point(4),
        knuckle: point(8),
      });
    }
  }
  palms.sort((a, b) => b.score - a.score);
  return palms.filter(
    (palm, i) => !palms.slice(0, i).some((other) => overlap(palm, other) > kSameHand),
  );
}

/** @param {Palm} a @param {Palm} b the share that both cover of what either does */
function overlap(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}

/**
 * Where the landmark model shall look.
 * @param {Palm} palm
 * @returns {Square}
 */
export function squareAround({ x, y, width, height, wrist, knuckle }) {
  // Fingers up: the middle finger's knuckle straight above the wrist.
  const angle = Math.atan2(knuckle.x - wrist.x, wrist.y - knuckle.y);
  const side = Math.max(width, height);
  const up = kHandAbovePalm * side;
  return {
    center: {
      x: x + width / 2 + up * Math.sin(angle),
      y: y + height / 2 - up * Math.cos(angle),
    },
    size: kHandToPalm * side,
    angle,
  };
}

/**
 * Draws a square of a picture upright and at the landmark model's size.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context of kHandSize
 * @param {CanvasImageSource} image
 * @param {Square} square
 */
export function drawSquare(context, image, { center, size, angle }) {
  context.resetTransform();
  context.clearRect(0, 0, kHandSize, kHandSize);
  context.translate(kHandSize / 2, kHandSize / 2);
  context.scale(kHandSize / size, kHandSize / size);
  context.rotate(-angle);
  context.translate(-center.x, -center.y);
  context.drawImage(image, 0, 0);
}

/**
 * The landmarks of a hand in the picture that the square was taken from.
 * @param {ArrayLike<number>} landmarks the model's first output, [1, 63]: 21 times x, y, depth
 * @param {Square} square
 * @returns {Point[]}
 */
export function landmarksOf(landmarks, { center, size, angle }) {
  return Array.from({ length: landmarks.length / 3 }, (_, i) => {
    const x = (landmarks[3 * i] / kHandSize - 0.5) * size;
    const y = (landmarks[3 * i + 1] / kHandSize - 0.5) * size;
    return {
      x: center.x + x * Math.cos(angle) - y * Math.sin(angle),
      y: center.y + x * Math.sin(angle) + y * Math.cos(angle),
    };
  });
}
