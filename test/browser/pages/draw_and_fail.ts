// Draws for processTrack, and fails when nobody waits for it any more.

import type { Draw } from 'filigree/video';
import drawLime from './draw_lime.js';

const draw: Draw = (...frame) => {
  setTimeout(() => {
    throw new Error('failed later');
  });
  return drawLime(...frame);
};

export default draw;
