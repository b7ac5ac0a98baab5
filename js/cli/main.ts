// The command line: finds the command, turns what goes wrong into a message and an exit code
// (0 done, 1 failed, 2 wrong usage).

import { FiligreeError, messageOf } from '../errors.js';
import { bench, kBenchUsage } from './bench.js';
import { copyAssets, kCopyAssetsUsage } from './copy_assets.js';
import { inspect, kInspectUsage } from './inspect.js';
import { kRunUsage, run } from './run.js';
import { UsageError } from './usage.js';

const kCommands: Record<string, { usage: string; start(args: string[]): Promise<void> }> = {
  inspect: { usage: kInspectUsage, start: inspect },
  run: { usage: kRunUsage, start: run },
  bench: { usage: kBenchUsage, start: bench },
  'copy-assets': { usage: kCopyAssetsUsage, start: copyAssets },
};

function usageText(): string {
  const commands = Object.values(kCommands).map(({ usage }) => usage);
  return `Usage:\n${commands.join('\n')}\nfiligree COMMAND --help tells about one command.\n`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? process.stderr : process.stdout).write(usageText());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(kCommands, name) ? kCommands[name] : undefined;
  if (!command) {
    process.stderr.write(`filigree: there is no command ${JSON.stringify(name)}\n${usageText()}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`Usage:\n${command.usage}\n`);
    return 0;
  }
  try {
    await command.start(args);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`filigree ${name}: ${error.message}\nUsage:\n${command.usage}\n`);
      return 2;
    }
    const code = error instanceof FiligreeError ? `${error.code}: ` : '';
    process.stderr.write(`filigree ${name}: ${code}${messageOf(error)}\n`);
    // What is no FiligreeError is a mistake of ours, and the stack is where to begin.
    if (!(error instanceof FiligreeError) && error instanceof Error) {
      process.stderr.write(`${error.stack}\n`);
    }
    return 1;
  }
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
