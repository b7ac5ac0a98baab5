// The model of a track: the caller's own, or one that is loaded for it, and again after a crash.

import type { Model } from '../model.js';

/** What a caller gives: a model, or a function that loads one. */
export type ModelOrLoad = Model | (() => Promise<Model>);

/** Before a model is loaded again; one that fails or crashes at once must not keep the page busy. */
const kReloadPauseMs = 1000;

export class TrackModel {
  readonly #load: (() => Promise<Model>) | undefined;
  readonly #use: (model: Model) => void;
  readonly #report: (error: unknown) => void;
  #model: Model | undefined;
  #isClosed = false;

  /**
   * @param use is called with each model as soon as it is there
   * @param report is told why one could not be loaded; it is tried again
   */
  constructor(model: ModelOrLoad, use: (model: Model) => void, report: (error: unknown) => void) {
    this.#use = use;
    this.#report = report;
    if (typeof model === 'function') {
      this.#load = model;
      void this.#reload(0);
    } else {
      this.#model = model;
      use(model);
    }
  }

  /** The model is not usable any more: another one is loaded, where that can be done. */
  replace(): void {
    if (this.#load) {
      // Its engine may be in a worker which does not know that it has crashed.
      this.#model?.dispose();
      void this.#reload(kReloadPauseMs);
    }
    this.#model = undefined;
  }

  /** The track has ended. A model that was loaded for it goes, too. */
  close(): void {
    this.#isClosed = true;
    if (this.#load) this.#model?.dispose();
  }

  async #reload(pauseMs: number): Promise<void> {
    await new Promise((resolve) => {
      setTimeout(resolve, pauseMs);
    });
    if (this.#isClosed) return;
    try {
      const model = await this.#load?.();
      if (this.#isClosed) model?.dispose();
      else if (model) {
        this.#model = model;
        this.#use(model);
      }
    } catch (error) {
      this.#report(error);
      void this.#reload(kReloadPauseMs);
    }
  }
}
