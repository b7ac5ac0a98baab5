// npm test [-- --only native|wasm|js|browser|consumers]: set-up, build, and every test. The last line is
// "N passed, N failed", over all suites.

import { browsersMissing } from './setup/browser.mjs';
import { SetupError } from './setup/process.mjs';
import { runMain } from './setup/step.mjs';
import { buildAll, setUp } from './setup.mjs';
import { testBrowser } from './test/browser.mjs';
import { testConsumers } from './test/consumers.mjs';
import { addCounts, describeCounts, noCounts } from './test/counts.mjs';
import { testJavaScript } from './test/javascript.mjs';
import { testNative, testTrappingThread, wasmSuites } from './test/unit.mjs';

const kGroups = ['native', 'wasm', 'js', 'browser', 'consumers'];
/** Those that need what is in dist/. */
const kPackageGroups = ['js', 'browser', 'consumers'];

function groupsWanted(args) {
  const at = args.indexOf('--only');
  if (at < 0) return kGroups;
  const groups = (args[at + 1] ?? '').split(',');
  for (const group of groups) {
    if (!kGroups.includes(group)) throw new SetupError(`--only takes ${kGroups.join('|')}`);
  }
  return groups;
}

/** A missing browser counts as one test that was skipped, and has its own line in the summary. */
function missingSuite(title) {
  const run = () => {
    process.stdout.write(`skipped: there is no ${title}\n`);
    return { ...noCounts(), skipped: 1 };
  };
  return { group: 'browser', name: `browser, no ${title} here`, run };
}

/** A suite that cannot even be built or started is one failed test, and the others still run. */
async function runSuite({ name, run }) {
  process.stdout.write(`\n=== ${name}\n`);
  const started = performance.now();
  let counts;
  try {
    counts = await run();
  } catch (error) {
    const isKnown = error instanceof SetupError;
    const text = error instanceof Error && !isKnown ? error.stack : String(error);
    process.stdout.write(`${text}\n`);
    counts = { ...noCounts(), failed: 1 };
  }
  const seconds = (performance.now() - started) / 1000;
  return { name, counts, seconds };
}

await runMain(async () => {
  const groups = groupsWanted(process.argv.slice(2));
  const { browsers = [] } = await setUp({ forTests: true });
  if (groups.some((group) => kPackageGroups.includes(group))) await buildAll();
  const suites = [
    { group: 'native', name: 'native, AddressSanitizer and UBSan', run: testNative },
    ...wasmSuites.map((suite) => ({ group: 'wasm', ...suite })),
    { group: 'wasm', name: 'a thread that traps', run: testTrappingThread },
    { group: 'js', name: 'TypeScript in Node', run: testJavaScript },
    { group: 'browser', name: 'browser', run: () => testBrowser(browsers) },
    ...browsersMissing(browsers).map(missingSuite),
    { group: 'consumers', name: 'projects of others', run: () => testConsumers(browsers) },
  ];
  const results = [];
  for (const suite of suites.filter(({ group }) => groups.includes(group))) {
    results.push(await runSuite(suite));
  }
  process.stdout.write('\n=== summary\n');
  for (const { name, counts, seconds } of results) {
    process.stdout.write(`${name}: ${describeCounts(counts)} (${seconds.toFixed(1)} s)\n`);
  }
  const total = results.reduce((sum, { counts }) => addCounts(sum, counts), noCounts());
  process.stdout.write(`\n${describeCounts(total)}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});
