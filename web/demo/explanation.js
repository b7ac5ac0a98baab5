// @ts-check
// The part of a page that says what runs, and why, for who opens it: until then nothing is asked for
// and nothing loaded.

import { attempt, element } from './page.js';

/** @typedef {Pick<import('filigree').Model, 'explain'>} Explained */

const details = /** @type {HTMLDetailsElement} */ (element('explanation'));

/** @type {Explained | undefined} */
let explained;

/** @param {Explained} [model] what runs now; nothing while models are loaded */
export function setExplained(model) {
  explained = model;
  details.hidden = !model;
  if (model) attempt(explain);
}

async function explain() {
  if (!explained || !details.open) return;
  const { showExplanation } = await import('./explanation_table.js');
  showExplanation(await explained.explain());
}

details.addEventListener('toggle', () => attempt(explain));
