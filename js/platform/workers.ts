// Workers in browsers, as ports: how they are started, and what a worker knows of who started it.

import type { Port } from './platform.js';

/**
 * Starts a module worker. Browsers start workers from the page's own origin only: a script of
 * another one is imported by a worker of one line. A Content-Security-Policy must allow that by
 * `worker-src blob:` and the other origin, and only then.
 */
export function startModuleWorker(script: URL | string, name: string): Worker {
  const { href, origin } = new URL(script);
  const start = (url: string) => new Worker(url, { type: 'module', name });
  if (origin === globalThis.origin) return start(href);
  const line = new Blob([`import ${JSON.stringify(href)};`], { type: 'text/javascript' });
  // Never revoked: not every browser reads it at once, and it goes away with the page.
  return start(URL.createObjectURL(line));
}

/** A new worker whose program is a script of ours. By its name it knows what it is there for. */
export function openWorker(url: URL, name: string): Port {
  const worker = startModuleWorker(url, name);
  const port = makePort(worker, () => worker.terminate());
  worker.onerror = (event) => {
    event.preventDefault();
    const place = event.filename ? ` (${event.filename}:${event.lineno})` : '';
    port.onFailure(`${event.message || `its script could not be loaded: ${url}`}${place}`);
  };
  return port;
}

/**
 * In a worker of that name: the way to who started it. Elsewhere undefined, as it is for a second copy
 * of the script, which a bundler may have put into a module that the worker imports.
 */
export function hostPort(name: string): Port | undefined {
  const scope = globalThis as unknown as PortEnd & { name: string };
  const isHost = typeof document === 'undefined' && scope.name === name && !scope.onmessage;
  return isHost ? makePort(scope, () => {}) : undefined;
}

/** A worker, its global scope, or one end of a channel: they differ in how they end. */
interface PortEnd {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: unknown;
  onmessageerror: unknown;
}

export function makePort(end: PortEnd, close: () => void): Port {
  const port: Port = {
    post: (message, transfer) => end.postMessage(message, transfer),
    onMessage: () => {},
    onFailure: () => {},
    setBusy: () => {},
    close,
  };
  end.onmessage = (event: MessageEvent) => port.onMessage(event.data);
  end.onmessageerror = () => port.onFailure('a message from it could not be read');
  return port;
}

/** A channel's end as a port. */
export function channelPort(end: MessagePort): Port {
  return makePort(end, () => end.close());
}
