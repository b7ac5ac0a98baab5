// Number to IEEE half precision bits, rounded to nearest, ties to even. For finite numbers.

export function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below 2^-14 all halves are multiples of 2^-24; above, of 2^(exponent - 10).
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || 2 ** -14)));
  const units = roundTiesToEven(magnitude / 2 ** (exponent - 10));
  // A mantissa that rounds up to the next power of two carries into the exponent by itself.
  return sign | (((exponent + 14) << 10) + units);
}

function roundTiesToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return rest < 0.5 ? floor : floor + 1;
}
