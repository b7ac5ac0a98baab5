// A server of a test's own: each path is answered as the test says, and requests are counted.

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Site {
  /** Without a slash at the end. */
  origin: string;
  /** The paths that were asked for, in order. */
  requests: string[];
  /** Paths whose connection was closed before the answer was complete. */
  brokenOff: string[];
  close(): Promise<void>;
}

export async function openSite(answers: Record<string, RequestListener>): Promise<Site> {
  const requests: string[] = [];
  const brokenOff: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    response.on('close', () => {
      if (!response.writableFinished) brokenOff.push(path);
    });
    const answer = answers[path];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    brokenOff,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A door that a test opens. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits until it is true, for ten seconds at most. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
