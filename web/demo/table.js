// @ts-check
// What tables of layers are made of.

/**
 * A row of a table.
 * @param {string[]} texts @param {number[]} numbers which of them are numbers
 */
export function tableRow(texts, numbers) {
  const row = document.createElement('tr');
  for (const [column, text] of texts.entries()) {
    const cell = row.insertCell();
    cell.textContent = text;
    if (numbers.includes(column)) cell.className = 'number';
  }
  return row;
}

/**
 * The operator, with what runs in its epilogue.
 * @param {{op: string, fused: string}} layer
 */
export const layerText = ({ op, fused }) => (fused ? `${op} + ${fused}` : op);
