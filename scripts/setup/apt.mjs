// Debian packages in two ways: installed into the system (compilers, browsers), or taken from a
// newer release and unpacked into a private folder without the system's apt or libraries noticing.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, findProgram, SetupError } from './process.mjs';

/** Which of these packages are not installed. */
async function missingPackages(names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own notation
  const format = '${Package} ${db:Status-Status}\n';
  const { output } = await capture('dpkg-query', ['-W', '-f', format, ...names], {
    allowFailure: true,
  });
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

export function isDebianLike() {
  return Boolean(findProgram('apt-get') && findProgram('dpkg-query'));
}

let listsAreFresh = false;

/** The package lists may be absent (a container image) or too old to download from: ask once. */
async function refreshLists() {
  if (listsAreFresh) return;
  await capture('apt-get', ['update', '-q'], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  listsAreFresh = true;
}

/**
 * Installs those of the packages that are missing.
 * @param {string[]} names
 * @param {string} purpose what they are for, said when they cannot be installed
 * @returns {Promise<string[]>} the packages that were installed now
 */
export async function installPackages(names, purpose) {
  if (!isDebianLike()) {
    throw new SetupError(
      `${purpose}: missing, and there is no apt here to install it`,
      `Install what Debian calls: ${names.join(' ')}`,
    );
  }
  const missing = await missingPackages(names);
  if (missing.length === 0) return [];
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `${purpose}: the Debian packages ${missing.join(' ')} are missing, and only root can install them`,
      `Run: sudo apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  }
  await refreshLists();
  // --no-upgrade and --no-remove: whatever else a person has on the machine stays as it is.
  const options = ['install', '-y', '-q', '--no-install-recommends', '--no-upgrade', '--no-remove'];
  await capture('apt-get', [...options, ...missing], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  return missing;
}

/** The mirror that this machine's apt uses for Debian proper, e.g. "http://HOST/debian". */
async function debianMirror() {
  const format = '$(REPO_URI) $(ORIGIN) $(LABEL)';
  const query = ['indextargets', '--format', format, 'Created-By: Packages'];
  const find = async () => {
    const { output } = await capture('apt-get', query, { allowFailure: true });
    const rows = output.split('\n').map((line) => line.trim().split(' '));
    return rows.find(
      ([uri, origin, label]) => uri && origin === 'Debian' && label === 'Debian',
    )?.[0];
  };
  // The origin is known only after the lists were fetched once.
  let uri = await find();
  if (!uri && process.getuid?.() === 0) {
    await refreshLists();
    uri = await find();
  }
  if (!uri) {
    throw new SetupError(
      "this machine's apt has no source for Debian itself",
      'Add a line for Debian main to /etc/apt/sources.list and run apt-get update',
    );
  }
  return uri;
}

/**
 * An apt of its own that sees one Debian suite and nothing else, in `folder`.
 * @param {string} folder an empty or absent folder
 * @param {string} suite
 */
export async function privateApt(folder, suite) {
  const mirror = await debianMirror();
  for (const part of ['lists/partial', 'cache/archives/partial', 'download']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const lines = ['deb', 'deb-src'].map(
    (kind) => `${kind} [signed-by=${keyring}] ${mirror} ${suite} main\n`,
  );
  writeFileSync(join(folder, 'sources.list'), lines.join(''));
  writeFileSync(join(folder, 'status'), '');
  const settings = [
    `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    `Dir::State=${folder}`,
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::State::status=${join(folder, 'status')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    // The sandbox user cannot write below a home folder; there is nothing to protect here.
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);
  const download = join(folder, 'download');
  const apt = (...args) => capture('apt-get', [...settings, '-q', ...args], { cwd: download });
  await apt('update');

  return {
    /** Downloads packages and unpacks them into a folder, without the paths not wanted. */
    async unpack(names, target, unwanted) {
      mkdirSync(target, { recursive: true });
      await apt('download', ...names);
      const excluded = unwanted.map((path) => `--exclude=${path}`);
      const files = readdirSync(download).filter((name) => name.endsWith('.deb'));
      await Promise.all(
        files.map((file) => {
          const pipe = 'file=$1; shift; dpkg-deb --fsys-tarfile "$file" | tar -x "$@"';
          const unpacked = ['-C', target, '--keep-directory-symlink', ...excluded];
          return capture('sh', ['-ec', pipe, 'sh', join(download, file), ...unpacked]);
        }),
      );
    },
    /** Downloads the upstream tarball of a source package and unpacks it into a folder. */
    async unpackSource(name, target) {
      mkdirSync(target, { recursive: true });
      if (!findProgram('xz')) await installPackages(['xz-utils'], 'xz, which unpacks sources');
      await apt('source', '--tar-only', name);
      const tarball = readdirSync(download).find((file) => file.startsWith(`${name}_`));
      if (!tarball) throw new SetupError(`apt brought no source tarball for ${name}`);
      await capture('tar', ['-xf', join(download, tarball), '-C', target, '--strip-components=1']);
    },
  };
}

/** The release's code name, e.g. "bookworm". */
export function debianCodename() {
  const text = readFileSync('/etc/os-release', 'utf8');
  return /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(text)?.[1];
}
