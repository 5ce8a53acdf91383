import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { clusterFolder, pgdataFolder } from './cluster.ts';
import { exists } from './publish-directory.ts';
import { closedFolder, type ServerUser, serverUserFor } from './server-user.ts';

/** Where the server lives and as whom it runs. */
export interface Place {
  /** The folder that holds the data, its password and its log; free of symbolic links. */
  readonly home: string;
  readonly user: ServerUser;
  /** Where copies of the binaries go when they cannot run from node_modules. */
  readonly copies: string;
}

/**
 * Decides where the data lies: in `dataDir`, unless we are root and the account of the server may not enter there
 * (for example below /root). Then it is a folder of `sharedDir` whose name follows from the path of `dataDir`, so that
 * every later start finds it again. Creates the folder.
 */
export async function choosePlace(options: {
  readonly dataDir: string;
  readonly sharedDir: string;
  readonly log: (message: string) => void;
}): Promise<Place> {
  const home = await createFolder(path.resolve(options.dataDir), process.getuid?.() === 0);
  const user = await serverUserFor(pgdataFolder(home));
  if (user === null) return checked({ home, user, copies: path.join(home, 'binaries') });

  const { sharedDir } = options;
  const copies = path.join(sharedDir, 'binaries');
  const away = path.join(sharedDir, stableName(home));
  const closed = await closedFolder(home, user);
  // Data that was put away once stays there, also when the folders are opened later: it must not seem lost.
  if (closed === null && !(await exists(clusterFolder(away)))) return checked({ home, user, copies });
  if (await exists(clusterFolder(home))) {
    if (closed === null) return checked({ home, user, copies });
    throw new Error(
      `The data in ${home} cannot be used: Postgres runs as user ${user.uid}, who may not enter ${closed}. ` +
        `Run "chmod o+x ${closed}", or move ${clusterFolder(home)} to ${away}.`,
    );
  }
  options.log(
    `Postgres data lies in ${away} and not in ${home}: ` +
      (closed === null ? 'it was put there earlier' : `user ${user.uid} may not enter ${closed}`),
  );
  const awayHome = await createFolder(away, true);
  return checked({ home: awayHome, user: await serverUserFor(pgdataFolder(awayHome)), copies });
}

function stableName(home: string): string {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return `${path.basename(home).replace(/[^A-Za-z0-9_-]/g, '_')}-${hash}`;
}

/** Creates the missing folders and returns the real path. `passable`: other accounts may go through, not look in. */
async function createFolder(folder: string, passable: boolean): Promise<string> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first !== undefined && passable) {
    for (let step = folder; step.length >= first.length; step = path.dirname(step)) await chmod(step, 0o711);
  }
  return realpath(folder);
}

/** pg_ctl hands paths to a shell between double quotes, where these characters mean something. */
function checked(place: Place): Place {
  const special = process.platform === 'win32' ? /["%\n]/ : /["$`\\\n]/;
  if (special.test(place.home)) {
    throw new Error(
      `The embedded Postgres cannot live in ${JSON.stringify(place.home)}: the path holds a quote, dollar, backtick, ` +
        'backslash, percent sign or line break. Choose another folder or set DATABASE_URL.',
    );
  }
  return place;
}
