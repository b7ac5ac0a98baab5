// Playwright's global set-up.

import { buildPages } from '../../scripts/build/pages.mjs';

export default async function setUp(): Promise<void> {
  await buildPages();
}
