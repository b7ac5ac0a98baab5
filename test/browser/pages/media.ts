// What the tests of pictures and video tracks call in the page, by name.

import { composite, loseContext } from './compositors.js';
import { everyKind, fits, wrongPictures } from './drawables.js';
import { blurClip, endTracks, passThroughCrash } from './tracks.js';

const media = {
  blurClip,
  composite,
  endTracks,
  everyKind,
  fits,
  loseContext,
  passThroughCrash,
  wrongPictures,
};

export type Media = typeof media;

Object.assign(globalThis, { media });
