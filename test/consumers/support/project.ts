// Projects of other people: a folder with the packed package installed, their tools, and the browser
// that looks at what they made.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { serve } from '../../../scripts/serve.mjs';
import { modelFolder } from '../../../scripts/setup/paths.mjs';
import { chromiumOptions } from '../../../scripts/test/chromium.mjs';
import { installedFolder, projectFolder, toolFolder } from '../../../scripts/test/consumers.mjs';

export const appFolder = fileURLToPath(new URL('../app', import.meta.url));

/** For tests that need the browser: whether, and why, they are skipped. */
export const skip =
  process.env.FILIGREE_CONSUMER_BROWSER === 'none' ? 'there is no Chromium' : false;

/** A new project with the package in it, and these files. */
export function makeProject(name: string, files: Record<string, string> = {}): string {
  const folder = join(projectFolder, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(installedFolder, 'node_modules'), join(folder, 'node_modules'), {
    recursive: true,
    // The links to programs would lead back to where they were copied from.
    verbatimSymlinks: true,
  });
  writeFileSync(join(folder, 'package.json'), `{ "private": true, "type": "module" }\n`);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

/** The same with the page and the script of app/. */
export function makeApp(name: string): string {
  const folder = makeProject(name);
  cpSync(appFolder, folder, { recursive: true });
  return folder;
}

/** Replaces a text in a file, which must be there. */
export function replace(file: string, text: string, other: string): void {
  const before = readFileSync(file, 'utf8');
  assert.ok(before.includes(text), `${text} in ${file}`);
  writeFileSync(file, before.replace(text, other));
}

/** A module of one of the tools. They are not installed here, so that their types are not known. */
export async function importTool<T>(name: string): Promise<T> {
  const path = createRequire(join(toolFolder, 'package.json')).resolve(name);
  return import(pathToFileURL(path).href);
}

/** What is used of Vite. */
export interface Vite {
  build(config: object): Promise<unknown>;
  createServer(config: object): Promise<{
    listen(): Promise<unknown>;
    close(): Promise<void>;
    resolvedUrls: { local: string[] };
  }>;
}

/** A program of one of the tools. */
export function toolProgram(name: string): string {
  return join(toolFolder, 'node_modules', '.bin', name);
}

/** What a page says in the end; everything that went wrong on the way is a failure. */
export function look(url: string): Promise<string> {
  return open(url, async (page) => {
    await page.waitForFunction(() => document.body.textContent?.trim(), undefined, {
      timeout: 60_000,
    });
    return (await page.textContent('body'))?.trim() ?? '';
  });
}

/** The line on a page's console that matches. */
export function lineOf(url: string, pattern: RegExp): Promise<string> {
  return open(url, async (page) => {
    const message = await page.waitForEvent('console', {
      predicate: (found) => pattern.test(found.text()),
      timeout: 60_000,
    });
    return message.text();
  });
}

async function open(url: string, action: (page: Page) => Promise<string>): Promise<string> {
  const browser = await chromium.launch(chromiumOptions());
  try {
    const page = await browser.newPage();
    const mishaps: string[] = [];
    page.on('pageerror', (error) => mishaps.push(String(error.stack)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) mishaps.push(message.text());
    });
    page.on('response', (response) => {
      if (response.status() >= 400) mishaps.push(`${response.status()} ${response.url()}`);
    });
    page.context().on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && origin !== new URL(url).origin) mishaps.push(request.url());
    });
    const [text] = await Promise.all([
      action(page).catch((error) => `${error.message}`),
      page.goto(url),
    ]);
    assert.deepEqual(mishaps, [], text);
    return text;
  } finally {
    await browser.close();
  }
}

/** No eval, no blob:, no data:, nothing from anywhere else. */
const kPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:";

/** The folder and the models, and nothing else of this project; isolated or not. */
function serveFolder(root: string, isolated: boolean) {
  const headers = { 'Content-Security-Policy': kPolicy };
  return serve({ root, isolated, headers, mounts: { '/models/': modelFolder } });
}

/** Serves a folder under a strict Content-Security-Policy and looks at its page. */
export async function lookAt(root: string, isolated = true): Promise<string> {
  const site = await serveFolder(root, isolated);
  try {
    return await look(site.url);
  } finally {
    await site.close();
  }
}

export const kWithThreads = 'simd-threads, 2 threads, worker, finite, track in a worker';
export const kWithout = 'simd, 1 threads, worker, finite, track in a worker';
