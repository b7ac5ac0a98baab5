// Draws for processTrack, with a copy of `filigree/video` beside it, as a bundler may put one there.

import drawLime from './draw_lime.js';

const copy = '/dist/video.js?copy';
await import(copy);

export default drawLime;
