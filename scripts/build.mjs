// npm run build: set-up and everything in dist/.

import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  await buildAll();
});
