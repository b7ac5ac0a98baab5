// npm run demo: set-up, build, and the demo page on a local server until it is interrupted.

import { join } from 'node:path';
import { serve } from './serve.mjs';
import { rootFolder } from './setup/paths.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';

await runMain(async () => {
  await setUp();
  await buildAll();
  const port = Number(process.env.PORT ?? 8080);
  const { url } = await serve({ root: join(rootFolder, 'web', 'demo'), port });
  process.stdout.write(`demo: ${url} (Ctrl+C ends it)\n`);
});
