// @ts-check
// What `explain()` says, as a list of facts and a table of layers.

/** @typedef {import('filigree').Explanation} Explanation */

/**
 * @param {Explanation} explanation
 * @param {{facts: HTMLElement, layers: HTMLElement}} places a `dl` and a `tbody`
 */
export function showExplanation({ variant, threads, reasons, worker, macs, layers }, places) {
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
  places.facts.replaceChildren(...terms);

  const rows = layers.map((layer) => {
    const hasWeights = layer.macs.dense > 0;
    const cells = [
      String(layer.index),
      layer.fused ? `${layer.op} + ${layer.fused}` : layer.op,
      layer.outputs.map(({ shape }) => shape.join('×')).join(', '),
      layer.kernel,
      hasWeights ? `${Math.round(100 * layer.density)} %` : '',
      hasWeights ? millions(layer.macs.dense) : '',
      layer.reason,
    ];
    const row = document.createElement('tr');
    for (const [column, text] of cells.entries()) {
      const cell = row.insertCell();
      cell.textContent = text;
      if ([0, 4, 5].includes(column)) cell.className = 'number';
    }
    return row;
  });
  places.layers.replaceChildren(...rows);
}
