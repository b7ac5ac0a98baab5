// The option `cache`: models and engines in the browser's Cache API, so that a second visit needs no
// network for them. Whatever fails here is told in explain() and otherwise means the network.

import { messageOf } from './errors.js';

/** As in package.json; a test compares them. What another version stored is thrown away. */
export const kVersion = '0.1.0';

const kPrefix = 'filigree-';
const kCacheName = `${kPrefix}${kVersion}`;
const kOurs = /^filigree-\d+\.\d+\.\d+/;

/** What is stored. Of no use (`problem` says why) where the browser has no Cache API or refuses it. */
export class Store {
  private constructor(
    private readonly cache: Cache | undefined,
    private readonly problem: string,
  ) {}

  static async open(): Promise<Store> {
    try {
      if (typeof caches === 'undefined') {
        return new Store(undefined, 'there is no Cache API here (it needs a secure context)');
      }
      const names = await caches.keys();
      const old = names.filter((name) => kOurs.test(name) && name !== kCacheName);
      await Promise.all(old.map((name) => caches.delete(name)));
      return new Store(await caches.open(kCacheName), '');
    } catch (error) {
      return new Store(undefined, messageOf(error));
    }
  }

  async read(url: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const response = await this.cache?.match(url);
      return response && new Uint8Array(await response.arrayBuffer());
    } catch {
      return undefined;
    }
  }

  /** @returns what came of it, for explain() */
  async write(url: string, bytes: Uint8Array<ArrayBuffer>, type: string): Promise<string> {
    if (!this.cache) return `fetched, not stored: ${this.problem}`;
    try {
      await this.cache.put(url, new Response(bytes, { headers: { 'content-type': type } }));
      return 'fetched and stored';
    } catch (error) {
      return `fetched, not stored: ${messageOf(error)}`;
    }
  }

  async remove(url: string): Promise<void> {
    await this.cache?.delete(url).catch(() => {});
  }
}
