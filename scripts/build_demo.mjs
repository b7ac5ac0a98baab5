// npm run build:demo: the demo as static files in build/demo, for any web server. Threads need the
// two headers that `_headers` has in the notation of several hosts; without them it runs on one.

import { buildDemo, demoFolder } from './build/demo.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  await buildAll();
  await buildDemo();
  process.stdout.write(`demo: ${demoFolder}\n`);
});
