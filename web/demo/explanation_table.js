// @ts-check
// What `explain()` says, as a list of facts and a table of layers.

import { layerText, tableRow } from './table.js';

/** @typedef {import('filigree').Explanation} Explanation */

const kFrame = `
  <dl id="build"></dl>
  <table>
    <thead>
      <tr>
        <th class="number">#</th><th>Layer</th><th>Output</th><th>Kernel</th>
        <th class="number">Density</th><th class="number">Million MACs</th><th>Reason</th>
      </tr>
    </thead>
    <tbody id="layers"></tbody>
  </table>`;

/**
 * Fills the section in the page's `explanation`.
 * @param {Explanation} explanation
 */
export function showExplanation({ variant, threads, reasons, worker, macs, layers }) {
  const section = /** @type {HTMLElement} */ (document.querySelector('#explanation section'));
  section.innerHTML = kFrame;
  const millions = (/** @type {number} */ count) => (count / 1e6).toFixed(2);
  const facts = {
    Build: `${variant}: ${reasons.variant}`,
    Threads: `${threads}: ${reasons.threads}`,
    Engine: worker ? 'in a worker' : 'in this window',
    'Million MACs': `${millions(macs.dense)}, of which ${millions(macs.nonzero)} not with zeros`,
  };
  const terms = Object.entries(facts).flatMap(([name, text]) => {
    const [term, value] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = name;
    value.textContent = text;
    return [term, value];
  });
  section.querySelector('dl')?.replaceChildren(...terms);

  const rows = layers.map((layer) => {
    const hasWeights = layer.macs.dense > 0;
    const cells = [
      String(layer.index),
      layerText(layer),
      layer.outputs.map(({ shape }) => shape.join('×')).join(', '),
      layer.kernel,
      hasWeights ? `${Math.round(100 * layer.density)} %` : '',
      hasWeights ? millions(layer.macs.dense) : '',
      layer.reason,
    ];
    return tableRow(cells, [0, 4, 5]);
  });
  section.querySelector('tbody')?.replaceChildren(...rows);
}
