// Starts worker.ts. TypeScript is switched on in here and not by --import on the command line, which
// every thread that the engine starts would take over, at 80 ms each.

import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
