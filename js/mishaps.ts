// The things that people get instead of the file they asked for, recognised by their first bytes.

/**
 * What the bytes are, if it is one of the usual mishaps.
 * @param expected what they should have been, with its article
 */
export function whatInstead(bytes: Uint8Array, expected: string): string | undefined {
  if (bytes.length === 0) return 'is empty';
  const begins = (...start: number[]) => start.every((byte, i) => bytes[i] === byte);
  if (begins(0x1f, 0x8b)) {
    return 'is gzip-compressed: unpack it, or serve it with Content-Encoding: gzip';
  }
  if (begins(0x50, 0x4b, 3, 4)) {
    return 'is a zip archive: take the .tflite file out (MediaPipe .task bundles hold several)';
  }
  const start = new TextDecoder().decode(bytes.slice(0, 64)).trimStart().toLowerCase();
  if (/^<[!?a-z]/.test(start)) {
    return (
      `is an HTML page instead of ${expected}: servers answer so for paths that they do not know. ` +
      'Check the path, and that the file is among those that are served'
    );
  }
  if (start.startsWith('version https://git-lfs')) {
    return `is a Git LFS pointer instead of ${expected} itself: run git lfs pull`;
  }
  return undefined;
}
