// What every browser test gets: the engine it runs in, two sites, one cross-origin isolated and one
// not, and a page whose console, crashes and failed requests end up in the log when the test fails.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { pageFolder } from '../../scripts/build/pages.mjs';
import { serve } from '../../scripts/serve.mjs';
import { photoFolder, rootFolder } from '../../scripts/setup/paths.mjs';
import { startDisplay } from '../../scripts/test/display.mjs';
import { startMiniBrowser } from '../../scripts/test/webkit.mjs';
import type { Engine } from './engines.js';
import type { Harness } from './pages/harness.js';

/** URLs with a slash at the end. */
export interface Sites {
  /** Cross-origin isolated: threads are possible. */
  isolated: string;
  /** Without the headers for that. */
  open: string;
  /** The demo, isolated. */
  demo: string;
}

interface TestFixtures {
  /** Everything the page says, in order. */
  pageLog: string[];
  /** Opens the page with the helpers of pages/harness.ts. */
  openHarness: (site?: 'isolated' | 'open') => Promise<HarnessPage>;
}

/** What the projects of playwright.config.ts set. */
export interface EngineOptions {
  engine: Engine;
}

interface WorkerFixtures extends EngineOptions {
  /** The display of an engine that needs one: what DISPLAY shall be. */
  display: string | undefined;
  sites: Sites;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  engine: [undefined as never, { scope: 'worker', option: true }],

  display: [
    async ({ engine }, use) => {
      if (!engine.needsDisplay) return use(undefined);
      const display = await startDisplay();
      await use(display.name);
      await display.stop();
    },
    { scope: 'worker' },
  ],

  // Playwright's own three fixtures, for engines that it cannot start as well: there is a browser for
  // each test then, and not one for all.
  browser: [
    async ({ playwright, engine, display }, use) => {
      if (engine.stockWebKit) return use(undefined as never);
      const env = {
        ...process.env,
        ...engine.launchOptions.env,
        ...(display && { DISPLAY: display }),
      };
      const browser = await playwright[engine.browserName].launch({ env });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker', timeout: 0 },
  ],

  context: async ({ browser, engine, display }, use, testInfo) => {
    if (!engine.stockWebKit) {
      const context = await browser.newContext();
      await use(context);
      return context.close();
    }
    const started = await startMiniBrowser({
      program: engine.stockWebKit,
      display: String(display),
      threads: engine.threads,
      folder: testInfo.outputPath('browser'),
    });
    await use(started.browser.contexts()[0]);
    await started.stop();
  },

  page: async ({ context, engine }, use) => {
    const page = engine.stockWebKit ? context.pages()[0] : await context.newPage();
    if (engine.stockWebKit) followNavigation(page);
    await use(page);
  },

  sites: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    async ({}, use) => {
      const isolated = await serve({ root: pageFolder });
      const open = await serve({ root: pageFolder, isolated: false });
      const demo = await serve({ root: join(rootFolder, 'web', 'demo') });
      await use({ isolated: isolated.url, open: open.url, demo: demo.url });
      await Promise.all([isolated.close(), open.close(), demo.close()]);
    },
    { scope: 'worker' },
  ],

  pageLog: [
    async ({ page }, use, testInfo) => {
      const lines: string[] = [];
      page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => lines.push(`uncaught: ${error.stack ?? error.message}`));
      page.on('crash', () => lines.push('the page crashed'));
      page.on('requestfailed', (request) => {
        const reason = String(request.failure()?.errorText);
        if (request.isNavigationRequest() && reason === kOtherProcess) return;
        lines.push(`request failed: ${request.url()} ${reason}`);
      });
      page.on('response', (response) => {
        if (response.status() >= 400) lines.push(`${response.status()}: ${response.url()}`);
      });
      await use(lines);
      if (testInfo.status === testInfo.expectedStatus || lines.length === 0) return;
      const text = lines.join('\n');
      process.stdout.write(`--- what the page of "${testInfo.title}" said\n${text}\n---\n`);
      await testInfo.attach('page log', { body: text, contentType: 'text/plain' });
    },
    { auto: true },
  ],

  openHarness: async ({ page, sites }, use) => {
    await use(async (site = 'isolated') => {
      await page.goto(`${sites[site]}harness.html`);
      await page.waitForFunction(() => 'harness' in globalThis);
      return new HarnessPage(page);
    });
  },
});

/**
 * Where isolation begins or ends, WebKit gives the page another process. Over the inspector it looks
 * as if the navigation had been cancelled, but it goes on.
 */
const kOtherProcess = 'Load request cancelled';

/** Makes `goto` wait for the page in its other process. */
function followNavigation(page: Page): void {
  const goto = page.goto.bind(page);
  page.goto = (url, options) =>
    goto(url, options).catch(async (error) => {
      if (!String(error).includes(kOtherProcess)) throw error;
      await page.waitForURL(({ href }) => href === new URL(url).href, options);
      return null;
    });
}

/** A photograph for an input of files, made small: WebKit's inspector takes no long messages. */
export async function photoBytes(name: string) {
  const { default: sharp } = await import('sharp');
  const buffer = await sharp(join(photoFolder, name)).resize(960).jpeg().toBuffer();
  return { name, mimeType: 'image/jpeg', buffer };
}

/** A file for an input of that type. By its bytes, since not every engine here takes paths. */
export function fileBytes(path: string) {
  return {
    name: basename(path),
    mimeType: 'application/octet-stream',
    buffer: readFileSync(path),
  };
}

/** Calls functions of pages/harness.ts in the page. */
export class HarnessPage {
  constructor(readonly page: Page) {}

  /** Arguments and results must survive structured cloning as Playwright does it. */
  call<K extends keyof Harness>(
    name: K,
    ...args: Parameters<Harness[K]>
  ): Promise<Awaited<ReturnType<Harness[K]>>> {
    return this.page.evaluate(
      async ([key, values]) => {
        const { harness } = globalThis as unknown as {
          harness: Record<string, (...args: unknown[]) => unknown>;
        };
        return harness[key as string](...(values as unknown[]));
      },
      [name, args] as unknown[],
    ) as Promise<Awaited<ReturnType<Harness[K]>>>;
  }
}

export { expect };
