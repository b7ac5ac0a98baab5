// How WebKit is started by the browser tests.
//
// Playwright's own build is launched as any browser is. A stock WebKitGTK has no such way in, but it
// has a small browser with a remote inspector, and Playwright can speak to that one as it does to
// the tabs of an iPhone, if something lists the tabs as ios_webkit_debug_proxy would:
//
//     Playwright ── GET /json ──► the list, served here ── GET / ──► MiniBrowser's inspector
//                └─ WebSocket ───────────────────────────────────► /socket/…
//
// A MiniBrowser is one page that cannot be replaced, so that each test starts its own. It has no
// headless mode: it shows its window on a display that nobody sees.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startCompanion, until } from './companion.mjs';
import { displayServer } from './display.mjs';

/** Seconds for what takes one on an idle machine. */
const kPatience = 60;

/** The program of Debian's WebKitGTK with a display for it; undefined when either is missing. */
export function stockWebKit() {
  const libraries = '/usr/lib';
  const folders = existsSync(libraries) ? readdirSync(libraries) : [];
  const file = folders
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(libraries, name, 'webkit2gtk-4.1', 'MiniBrowser'))
    .find((path) => existsSync(path));
  return displayServer() && file;
}

/**
 * WebKit shares memory between threads only when it is told to.
 * @param {boolean} threads
 * @returns {Record<string, string>} environment variables
 */
function threadsEnvironment(threads) {
  return { JSC_useSharedArrayBuffer: threads ? '1' : '0' };
}

/**
 * For Playwright's own build.
 * @param {boolean} threads
 * @returns {import('@playwright/test').LaunchOptions}
 */
export function webkitOptions(threads) {
  return { env: { ...process.env, ...threadsEnvironment(threads) } };
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}

/** @param {import('node:http').Server} server */
async function listen(server) {
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/** @param {import('node:http').Server} server */
async function close(server) {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(() => resolve(undefined));
  });
}

/**
 * Starts a MiniBrowser.
 * @param {{program: string, display: string, threads: boolean, folder: string}} options `folder`: for
 * what it writes; gone when it has stopped
 * @returns {Promise<{browser: import('@playwright/test').Browser, stop: () => Promise<void>}>}
 */
export async function startMiniBrowser({ program, display, threads, folder }) {
  const { webkit } = await import('@playwright/test');
  const inspector = `127.0.0.1:${await freePort()}`;
  const home = (name) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const running = startCompanion(
    program,
    [
      '--autoplay-policy=allow',
      '--enable-media-stream=true',
      // Tracks as streams in workers, which Safari has.
      '--features=MediaStreamTrackProcessing',
      'about:blank',
    ],
    {
      ...threadsEnvironment(threads),
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      WEBKIT_INSPECTOR_HTTP_SERVER: inspector,
      HOME: home('home'),
      XDG_CONFIG_HOME: home('config'),
      XDG_DATA_HOME: home('data'),
      XDG_CACHE_HOME: home('cache'),
    },
  );
  const stop = async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const path = await until(
      async () => {
        const targets = await (await fetch(`http://${inspector}/`)).text();
        return /\/socket\/\d+\/\d+\/WebPage/.exec(targets)?.[0];
      },
      kPatience,
      () => `${program} opened no page: ${running.said()}`,
    );
    const tabs = [{ url: 'about:blank', webSocketDebuggerUrl: `ws://${inspector}${path}` }];
    const list = createServer((_, response) => void response.end(JSON.stringify(tabs)));
    // It is asked for once.
    const port = await listen(list);
    const browser = await webkit.connectOverCDP(`http://127.0.0.1:${port}`);
    await close(list);
    return {
      browser,
      async stop() {
        await browser.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
