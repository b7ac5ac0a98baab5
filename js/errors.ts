// The one error class of the package: a code for programs, a message for people.

/**
 * What went wrong:
 * - `fetch-failed`: something (model, wasm, worker script) could not be read from where it should be;
 * - `not-a-model`: the bytes are no `.tflite` file at all;
 * - `invalid-model`: a `.tflite` file that contradicts itself;
 * - `unsupported-op`: the model uses something that filigree does not run (the message lists it all);
 * - `bad-input`: an argument of the caller: an option, or an input that does not fit the model;
 * - `out-of-memory`: the model needs more memory than the limits or the machine allow;
 * - `aborted`: the caller's signal;
 * - `disposed`: the model was disposed of before the call was done;
 * - `engine-crashed`: the engine failed in a way that it should not; the model is unusable from then on;
 * - `unsupported-environment`: no WebAssembly SIMD, or a page that forbids WebAssembly.
 */
export type ErrorCode =
  | 'fetch-failed'
  | 'not-a-model'
  | 'invalid-model'
  | 'unsupported-op'
  | 'bad-input'
  | 'out-of-memory'
  | 'aborted'
  | 'disposed'
  | 'engine-crashed'
  | 'unsupported-environment';

/** A {@link FiligreeError} as plain data, for crossing from a worker. */
export interface ErrorData {
  /** Which kind of failure, for programs. */
  code: ErrorCode;
  /** What, where and what to do, for people. */
  message: string;
  /** Where the error arose, as far as the browser says. */
  stack?: string | undefined;
}

/** Every failure of this package: `code` says which kind, `message` what, where and what to do. */
export class FiligreeError extends Error {
  /** Which kind of failure, for programs. */
  readonly code: ErrorCode;

  /**
   * An error as this package throws it.
   * @param code which kind of failure
   * @param message what, where and what to do
   * @param options the error behind this one
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FiligreeError';
    this.code = code;
  }

  /**
   * A page's script, the engine's and those for `import` and `require` each have a copy of this
   * class, and all of their errors are its instances.
   * @param value anything
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'FiligreeError' && 'code' in value;
  }

  /** Code, message and stack as plain data. */
  toJSON(): ErrorData {
    return { code: this.code, message: this.message, stack: this.stack };
  }

  /**
   * The error that {@link FiligreeError.toJSON} was made of, with the stack of where it arose.
   * @param data what `toJSON` returned, perhaps in another thread
   */
  static fromJSON(data: ErrorData): FiligreeError {
    const error = new FiligreeError(data.code, data.message);
    if (data.stack) error.stack = data.stack;
    return error;
  }

  /**
   * The error itself if it is a FiligreeError, otherwise a new one around it.
   * @param error anything thrown
   * @param code the new one's
   */
  static from(error: unknown, code: ErrorCode): FiligreeError {
    if (error instanceof FiligreeError) return error;
    return new FiligreeError(code, messageOf(error), { cause: error });
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error for a caller's signal that fired. */
export function abortedError(signal: AbortSignal): FiligreeError {
  return new FiligreeError('aborted', 'aborted by the caller', { cause: signal.reason });
}
