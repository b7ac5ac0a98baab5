// How far loading has got, as one story: all bytes, then the compiler, then the plan.

import type { Report } from './shared.js';

/** What `onProgress` is told. */
export interface LoadProgress {
  /**
   * What is being done, in this order: `fetch` (the model and the engine's WebAssembly arrive),
   * `compile` (the WebAssembly, unless the page has it already), `plan` (the engine reads the model
   * and packs its weights).
   */
  phase: 'fetch' | 'compile' | 'plan';
  /** For `fetch`, bytes after decompression; for the others 0 at the beginning and 1 at the end. */
  loaded: number;
  /**
   * For `fetch`, how many bytes there will be; undefined while that is unknown, because a server
   * does not say it or sends compressed bytes. Known with the last of them. For the others 1.
   */
  total: number | undefined;
}

interface Part {
  loaded: number;
  total: number | undefined;
  isEnd: boolean;
}

export class Progress {
  readonly #parts: Part[] = [];
  #phase: LoadProgress['phase'] | undefined = 'fetch';
  #last = '';

  /** @param onError gets what the callback throws; it is not called again after that */
  constructor(
    private readonly callback: ((progress: LoadProgress) => void) | undefined,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Something that is fetched. All parts must be there before the first one reports. */
  addPart(): Report {
    const part: Part = { loaded: 0, total: undefined, isEnd: false };
    this.#parts.push(part);
    return (loaded, total, isEnd = false) => {
      if (this.#phase !== 'fetch' || part.isEnd) return;
      // A length that turns out too short was that of the compressed bytes.
      Object.assign(part, { loaded, total: loaded > (total ?? 0) ? undefined : total, isEnd });
      this.#tell(this.#sum('loaded') ?? 0, this.#sum('total'));
      if (this.#parts.every((one) => one.isEnd)) this.#enter('compile');
    };
  }

  /** The WebAssembly is there; the plan begins. */
  compiled(): void {
    this.#tell(1, 1);
    this.#enter('plan');
  }

  planned(): void {
    this.#tell(1, 1);
    this.end();
  }

  /** Nothing is told after this. */
  end(): void {
    this.#phase = undefined;
  }

  #sum(key: 'loaded' | 'total'): number | undefined {
    let sum = 0;
    for (const { [key]: value } of this.#parts) {
      if (value === undefined) return undefined;
      sum += value;
    }
    return sum;
  }

  #enter(phase: LoadProgress['phase']): void {
    if (!this.#phase) return;
    this.#phase = phase;
    this.#tell(0, 1);
  }

  #tell(loaded: number, total: number | undefined): void {
    const phase = this.#phase;
    const now = `${phase} ${loaded} ${total}`;
    if (!phase || now === this.#last) return;
    this.#last = now;
    try {
      this.callback?.({ phase, loaded, total });
    } catch (error) {
      this.end();
      this.onError(error);
    }
  }
}
