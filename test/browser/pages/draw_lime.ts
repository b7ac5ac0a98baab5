// Draws for processTrack, in whichever worker or window it is imported.

import type { Draw } from 'filigree/video';

const draw: Draw = (context, { width, height }) => {
  context.fillStyle = 'lime';
  context.fillRect(0, 0, width, height);
};

export default draw;
