// A static file server for the demo and the browser tests: no dependencies, local only, with the
// headers that make a page cross-origin isolated (or without them, to test the fallback).
//
//   node scripts/serve.mjs [--port N] [--no-isolation] [--root FOLDER]

import { createReadStream, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelFolder, photoFolder, rootFolder } from './setup/paths.mjs';
import { runMain } from './setup/step.mjs';

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
  '.tflite': 'application/octet-stream',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/** What can be reached beside the root, by the first part of the path. */
export const kDefaultMounts = {
  '/models/': modelFolder,
  '/photos/': photoFolder,
  '/dist/': join(rootFolder, 'dist'),
  '/node_modules/': join(rootFolder, 'node_modules'),
};

/** What pages choose a model from; the static demo has it as a file. */
const kModelList = '/models/index.json';

/**
 * The names of the models in a folder.
 * @param {string} folder
 */
export function modelsIn(folder) {
  return readdirSync(folder).filter((name) => name.endsWith('.tflite'));
}

/** SharedArrayBuffer, and with it threads, exist only on pages that both headers isolate. */
export const kIsolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The file that a path of a URL means, or undefined when it leaves its folder. */
function resolveFile(pathname, root, mounts) {
  let path;
  try {
    path = normalize(decodeURIComponent(pathname));
  } catch {
    return undefined; // Not a valid percent encoding.
  }
  const url = path.split(sep).join('/');
  const mount = Object.keys(mounts).find((prefix) => url.startsWith(prefix));
  const folder = mount ? mounts[mount] : root;
  const file = join(folder, mount ? url.slice(mount.length) : url);
  return file === folder || file.startsWith(folder.endsWith(sep) ? folder : folder + sep)
    ? file
    : undefined;
}

/** The file, or the index page of a folder; undefined when there is neither. */
function existingFile(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile()) return { file, bytes: stats.size };
  if (!stats?.isDirectory()) return undefined;
  const index = join(file, 'index.html');
  const indexStats = statSync(index, { throwIfNoEntry: false });
  return indexStats?.isFile() ? { file: index, bytes: indexStats.size } : undefined;
}

/**
 * Starts a server on this machine's own address.
 * @param {{
 *   root: string,
 *   port?: number,
 *   isolated?: boolean,
 *   mounts?: Record<string, string>,
 *   headers?: Record<string, string>,
 * }} options port 0: any free one; `headers` go out with every answer
 * @returns {Promise<{url: string, port: number, close: () => Promise<void>}>}
 */
export async function serve({ root, port = 0, isolated = true, mounts = kDefaultMounts, headers }) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = resolveFile(pathname, root, mounts);
    const found = path && existingFile(path);
    const common = {
      ...(isolated ? kIsolationHeaders : {}),
      // Another server of a test may load from this one: isolation then asks for consent.
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Access-Control-Allow-Origin': '*',
      'Cache-Control': 'no-cache',
      ...headers,
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, common).end();
    } else if (pathname === kModelList && mounts['/models/']) {
      response.writeHead(200, { ...common, 'Content-Type': kTypes['.json'] });
      response.end(JSON.stringify(modelsIn(mounts['/models/'])));
    } else if (!found) {
      response.writeHead(404, { ...common, 'Content-Type': 'text/plain' }).end('not found\n');
    } else {
      const type = kTypes[extname(found.file)] ?? 'application/octet-stream';
      response.writeHead(200, { ...common, 'Content-Type': type, 'Content-Length': found.bytes });
      if (request.method === 'HEAD') response.end();
      else
        createReadStream(found.file)
          .on('error', () => response.destroy())
          .pipe(response);
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://localhost:${actualPort}/`,
    port: actualPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parseArguments(args) {
  const options = { root: rootFolder, port: 8080, isolated: true };
  for (let i = 0; i < args.length; ++i) {
    if (args[i] === '--port') options.port = Number(args[++i]);
    else if (args[i] === '--root') options.root = args[++i];
    else if (args[i] === '--no-isolation') options.isolated = false;
    else throw new Error(`unknown argument ${args[i]}`);
  }
  return options;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const { url } = await serve(parseArguments(process.argv.slice(2)));
    process.stdout.write(`serving ${url}\n`);
  });
}
