// A missing browser is a skip on a person's machine, and a failure where results count.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { browsersMissing, ensureBrowsers } from '../../scripts/setup/browser.mjs';

const nothing = mkdtempSync(join(tmpdir(), 'filigree-'));
after(() => rmSync(nothing, { recursive: true }));

/** One browser that is named, and nowhere to find or to install the others. */
beforeEach(() => {
  delete process.env.CI;
  process.env.FILIGREE_CHROMIUM = process.execPath;
  process.env.PATH = nothing;
  process.env.PLAYWRIGHT_BROWSERS_PATH = nothing;
});

test('a person is told which browsers are missing, and how to get them', async () => {
  const notes: string[] = [];
  const found = await ensureBrowsers((note) => notes.push(note));
  assert.deepEqual(found, ['chromium']);
  assert.deepEqual(browsersMissing(found), ['Firefox', 'WebKit']);
  assert.equal(notes.length, 2);
  assert.match(
    notes[0],
    /no Firefox, the tests in it will be skipped.*playwright install firefox/s,
  );
  assert.match(notes[1], /no WebKit, the tests in it will be skipped.*playwright install webkit/s);
});

test('with CI set, a missing browser is an error', async () => {
  process.env.CI = 'true';
  await assert.rejects(
    ensureBrowsers(() => {}),
    /no Firefox for the browser tests/,
  );
});
