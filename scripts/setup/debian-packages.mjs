import { existsSync, readdirSync, statSync } from 'node:fs';
import { findProgram, isRoot, NotReady, step } from './run.mjs';

/** What is needed, how to see that it is there, and the Debian packages that bring it. */
export const zstd = { name: 'zstd', isThere: () => findProgram('zstd'), packages: ['zstd'] };

/** The server's core package alone: it brings the programs and no service. */
export const mariadb = {
  name: 'MariaDB',
  isThere: () => ['mariadbd', 'mariadb-install-db', 'mariadb', 'mariadb-dump', 'mariadb-binlog'].every(findProgram),
  packages: ['mariadb-server-core', 'mariadb-client'],
};

export const chromiumAndEmoji = {
  name: 'Chromium with emoji',
  isThere: () => findProgram('chromium') && existsSync('/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf'),
  packages: ['chromium', 'fonts-noto-color-emoji'],
};

export const debootstrap = {
  name: 'debootstrap',
  isThere: () => findProgram('debootstrap') && existsSync('/usr/share/keyrings/debian-archive-keyring.gpg'),
  packages: ['debootstrap', 'debian-archive-keyring'],
};

/** Installs the Debian packages of whatever is not there. Never removes a package to make room for another. */
export function ensureDebianPackages(needs) {
  const missing = needs.filter((need) => !need.isThere());
  if (missing.length === 0) return;
  const names = missing.map((need) => need.name).join(', ');
  const packages = missing.flatMap((need) => need.packages);
  if (!findProgram('apt-get')) {
    throw new NotReady(
      `  Missing: ${names}. This machine has no apt-get: install what the Debian packages ${packages.join(', ')} hold.`,
    );
  }
  if (!isRoot) {
    const command = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
    throw new NotReady(`  Missing: ${names}. Only root may install packages. Run:\n    ${command}`);
  }
  if (listsAreOld()) updateLists();
  install(names, packages);
  const still = missing.filter((need) => !need.isThere());
  if (still.length > 0) {
    throw new NotReady(`  Installed ${packages.join(', ')}, yet ${still.map((need) => need.name)} is not on PATH.`);
  }
}

function updateLists() {
  apt('refreshing the package lists', ['update']);
}

function install(names, packages) {
  apt(`installing ${names}`, ['install', '-y', '--no-install-recommends', '--no-remove', ...packages]);
}

function apt(line, args) {
  step(line, 'apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    orElse: 'Check that apt-get reaches its mirror ("apt-get update"), then run this again.',
  });
}

/** A mirror drops the packages that old lists name. */
function listsAreOld() {
  const lists = '/var/lib/apt/lists';
  const day = 24 * 60 * 60 * 1000;
  const named = existsSync(lists) ? readdirSync(lists).filter((file) => file.includes('_Packages')) : [];
  return named.length === 0 || Date.now() - statSync(`${lists}/partial`).mtimeMs > day;
}
