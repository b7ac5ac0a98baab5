// Playwright's global set-up.

import { buildDemo } from '../../scripts/build/demo.mjs';
import { buildPages } from '../../scripts/build/pages.mjs';

export default async function setUp(): Promise<void> {
  await Promise.all([buildPages(), buildDemo()]);
}
