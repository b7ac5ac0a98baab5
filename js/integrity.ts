// Subresource integrity for models: the digests of an `integrity` string and whether bytes have one.

import { FiligreeError } from './errors.js';

const kDigest = /^(sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})(\?.*)?$/;

/**
 * Checks the option's form.
 * @returns the digests that count: those of the strongest algorithm that is named, as in HTML
 * @throws FiligreeError `bad-input`
 */
export function parseIntegrity(integrity: string): string[] {
  const digests = String(integrity)
    .split(/\s+/)
    .filter(Boolean)
    .map((text) => kDigest.exec(text));
  if (digests.length === 0 || digests.includes(null)) {
    throw new FiligreeError(
      'bad-input',
      "option integrity: expected 'sha256-…', 'sha384-…' or 'sha512-…' with the digest in base64, " +
        `got ${JSON.stringify(integrity)}`,
    );
  }
  const found = digests as RegExpExecArray[];
  const strongest = found.map(([, algorithm]) => algorithm).sort()[found.length - 1];
  return found
    .filter(([, algorithm]) => algorithm === strongest)
    .map(([, algorithm, digest]) => `${algorithm}-${digest}`);
}

/**
 * @param digests as {@link parseIntegrity} returns them
 * @returns what is wrong with the bytes, if anything
 * @throws FiligreeError `unsupported-environment` where the browser does not let pages hash
 */
export async function whatDiffers(
  bytes: Uint8Array,
  digests: readonly string[],
): Promise<string | undefined> {
  // The types say that it is always there.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) {
    throw new FiligreeError(
      'unsupported-environment',
      'option integrity: cannot be checked here, since crypto.subtle exists only in secure ' +
        'contexts: serve the page by https (or from localhost)',
    );
  }
  const algorithm = digests[0].slice(0, 6);
  // Shared memory could change meanwhile, and is refused.
  const isShared = !(bytes.buffer instanceof ArrayBuffer);
  const data = (isShared ? bytes.slice() : bytes) as Uint8Array<ArrayBuffer>;
  const hash = await subtle.digest(algorithm.replace('sha', 'SHA-'), data);
  const actual = `${algorithm}-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
  if (digests.includes(actual)) return undefined;
  return (
    `expected integrity ${digests.join(' or ')}, got ${actual}: the file is another one than that ` +
    'whose digest was given, or was changed on its way'
  );
}
