// How a track is doing, over the last second or so.

/** How a track is doing, over the last second or so. */
export interface TrackStatistics {
  /** Frames that went out, per second. */
  fps: number;
  /**
   * Milliseconds from a frame to the model's outputs: reading it, and running the model. 0 where it
   * has not run.
   */
  inferenceMs: {
    /** The median. */
    p50: number;
    /** 95 of 100 frames take less. */
    p95: number;
  };
  /** Frames that came while another one was worked on, and were replaced by later ones. */
  dropped: number;
  /** Whether the work is done in a worker of its own. */
  worker: boolean;
}

/** What the loop knows of it. */
export type LoopStatistics = Omit<TrackStatistics, 'worker'>;

const kWindowMs = 1000;

/** Collects what happens and reports once a second. */
export class Statistics {
  #begun = performance.now();
  #frames = 0;
  #dropped = 0;
  #times: number[] = [];
  #last = 0;

  /** The median of the last full second in which it ran; 0 before there is one. */
  get p50(): number {
    return this.#last;
  }

  inferred(ms: number): void {
    this.#times.push(ms);
  }

  /** @param dropped frames dropped since the track began */
  sent(dropped: number, report: (statistics: LoopStatistics) => void): void {
    ++this.#frames;
    const now = performance.now();
    const elapsed = now - this.#begun;
    if (elapsed < kWindowMs) return;
    const sorted = this.#times.sort((a, b) => a - b);
    const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    // Where it has not run at all there is nothing new to know about it.
    if (sorted.length > 0) this.#last = quantile(0.5);
    const statistics = {
      fps: (1000 * this.#frames) / elapsed,
      inferenceMs: { p50: quantile(0.5), p95: quantile(0.95) },
      dropped: dropped - this.#dropped,
    };
    this.#begun = now;
    this.#frames = 0;
    this.#dropped = dropped;
    this.#times = [];
    report(statistics);
  }
}
