// @ts-check
// What pages make of measurements.

/** @param {number[]} list */
export function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
