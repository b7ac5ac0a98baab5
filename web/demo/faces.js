// @ts-check
// From the two outputs of MediaPipe's full-range face detectors (face_detection_full_range and its
// sparse sibling) to faces in a picture. Typed arrays and plain objects only, so that pages, Node
// and the tests share it.
//
// The models see the whole picture, letterboxed into 192 × 192 pixels of [−1, 1]. They answer with
// 48 × 48 candidates, one for each square of 4 × 4 pixels: a score before the sigmoid, and 16
// numbers in pixels of the input, relative to the square's centre: the box's centre, its width and
// height, and six key points (right eye, left eye, nose, mouth, right ear, left ear; x and y each).

/**
 * @typedef {object} Face
 * @property {number} score 0 to 1
 * @property {number} x left edge, in pixels of the picture
 * @property {number} y top edge
 * @property {number} width
 * @property {number} height
 * @property {{x: number, y: number}[]} keyPoints
 */

/** How a picture becomes the models' input; an argument of `run` but for the picture itself. */
export const kFaceInput = /** @type {const} */ ({ mean: 127.5, std: 127.5, fit: 'contain' });

/** Width and height of the models' input. */
export const kFaceInputSize = 192;

const kGrid = 48;
const kValues = 16;
const kCell = kFaceInputSize / kGrid;
/** Beyond it the sigmoid is 0 or 1 anyway, and the exponential overflows. */
const kLargestLogit = 100;
/** Boxes that overlap by more than this are the same face. */
const kSameFace = 0.3;

/**
 * The faces in a picture, the surest first.
 * @param {ArrayLike<number>} boxes the model's first output, [1, 2304, 16]
 * @param {ArrayLike<number>} logits its second output, [1, 2304, 1]
 * @param {{width: number, height: number}} picture the picture's size
 * @param {number} [threshold] the least score
 * @returns {Face[]}
 */
export function findFaces(boxes, logits, picture, threshold = 0.5) {
  const candidates = readCandidates(boxes, logits, picture, threshold);
  candidates.sort((a, b) => b.score - a.score);
  const faces = [];
  let left = candidates;
  while (left.length > 0) {
    const best = left[0];
    const same = left.filter((face) => face === best || overlap(face, best) > kSameFace);
    faces.push(average(same));
    left = left.filter((face) => !same.includes(face));
  }
  return faces;
}

/**
 * How much two rectangles overlap: the area of what they share by that of what they cover, 0 to 1.
 * @param {Pick<Face, 'x' | 'y' | 'width' | 'height'>} a
 * @param {Pick<Face, 'x' | 'y' | 'width' | 'height'>} b
 */
export function overlap(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/**
 * @param {ArrayLike<number>} boxes
 * @param {ArrayLike<number>} logits
 * @param {{width: number, height: number}} picture
 * @param {number} threshold
 * @returns {Face[]}
 */
function readCandidates(boxes, logits, picture, threshold) {
  // The letterbox, undone: the picture lies in the middle of the square.
  const scale = Math.max(picture.width, picture.height) / kFaceInputSize;
  const left = (picture.width - kFaceInputSize * scale) / 2;
  const top = (picture.height - kFaceInputSize * scale) / 2;
  const faces = [];
  for (let i = 0; i < kGrid * kGrid; ++i) {
    const score = sigmoid(logits[i]);
    if (!(score >= threshold)) continue;
    const cellX = ((i % kGrid) + 0.5) * kCell;
    const cellY = (Math.floor(i / kGrid) + 0.5) * kCell;
    const value = (/** @type {number} */ k) => boxes[i * kValues + k];
    const keyPoints = [];
    for (let k = 4; k < kValues; k += 2) {
      keyPoints.push({
        x: left + (cellX + value(k)) * scale,
        y: top + (cellY + value(k + 1)) * scale,
      });
    }
    faces.push({
      score,
      x: left + (cellX + value(0) - value(2) / 2) * scale,
      y: top + (cellY + value(1) - value(3) / 2) * scale,
      width: value(2) * scale,
      height: value(3) * scale,
      keyPoints,
    });
  }
  return faces;
}

/** @param {number} logit */
function sigmoid(logit) {
  return 1 / (1 + Math.exp(-Math.max(-kLargestLogit, Math.min(kLargestLogit, logit))));
}

/**
 * The candidates of one face, weighted by their scores: steadier than the best one alone.
 * @param {Face[]} faces the best first; its score is the face's
 * @returns {Face}
 */
function average(faces) {
  const sum = faces.reduce((total, { score }) => total + score, 0);
  const mean = (/** @type {(face: Face) => number} */ read) =>
    faces.reduce((total, face) => total + face.score * read(face), 0) / sum;
  return {
    score: faces[0].score,
    x: mean(({ x }) => x),
    y: mean(({ y }) => y),
    width: mean(({ width }) => width),
    height: mean(({ height }) => height),
    keyPoints: faces[0].keyPoints.map((_, k) => ({
      x: mean(({ keyPoints }) => keyPoints[k].x),
      y: mean(({ keyPoints }) => keyPoints[k].y),
    })),
  };
}
