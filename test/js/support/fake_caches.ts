// A Cache API for Node, which has none: as much of it as is used, in memory.

class FakeCache {
  readonly entries = new Map<string, Response>();

  async match(url: string): Promise<Response | undefined> {
    return this.entries.get(url)?.clone();
  }

  async put(url: string, response: Response): Promise<void> {
    if (FakeCaches.isFull) throw new DOMException('Quota exceeded.', 'QuotaExceededError');
    this.entries.set(url, response);
  }

  async delete(url: string): Promise<boolean> {
    return this.entries.delete(url);
  }
}

export class FakeCaches {
  /** Whether the user's disk has no room left. */
  static isFull = false;
  readonly #caches = new Map<string, FakeCache>();

  async keys(): Promise<string[]> {
    return [...this.#caches.keys()];
  }

  async open(name: string): Promise<FakeCache> {
    const cache = this.#caches.get(name) ?? new FakeCache();
    this.#caches.set(name, cache);
    return cache;
  }

  async delete(name: string): Promise<boolean> {
    return this.#caches.delete(name);
  }

  /** All URLs that are stored under the name. */
  async urls(name: string): Promise<string[]> {
    return [...((await this.#caches.get(name))?.entries.keys() ?? [])];
  }
}

/** Runs with these caches as the browser's. */
export async function withCaches<T>(caches: unknown, use: () => Promise<T>): Promise<T> {
  Object.defineProperty(globalThis, 'caches', { value: caches, configurable: true });
  try {
    return await use();
  } finally {
    Reflect.deleteProperty(globalThis, 'caches');
  }
}
