import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** A page as the browser gets it, in memory. */
export interface BuiltPage {
  /** By path, e.g. "/index.html". */
  readonly files: ReadonlyMap<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }>;
  /** False: it was built by an earlier start. */
  readonly fresh: boolean;
}

export interface PageBuildOptions {
  /** Folder with index.html. */
  readonly source: string;
  /** More folders and files whose content goes into the page. */
  readonly alsoFrom: readonly string[];
  /** Where built pages are kept; everything else in it is removed. */
  readonly cache: string;
  /** Builds `source` into `out`; Vite unless a test says otherwise. */
  readonly build?: (source: string, out: string) => Promise<void>;
}

const UNFINISHED = '.building';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A hash of every source file, by name and content: the page is built again when one of them changes. */
function sourceHash(places: readonly string[]): string {
  const hash = createHash('sha256');
  for (const place of places) {
    const inside = globSync('**/*.{ts,tsx,css,html,svg,json}', { cwd: place })
      .sort()
      .map((name) => path.join(place, name));
    const files = inside.length > 0 ? inside : [place];
    for (const file of files) {
      const content = createHash('sha256').update(readFileSync(file)).digest('hex');
      hash.update(`${path.relative(place, file)}\0${content}\0`);
    }
  }
  return hash.digest('hex').slice(0, 32);
}

/** Takes the page that an earlier start built from the same sources, or builds it. */
export async function buildPage(options: PageBuildOptions): Promise<BuiltPage> {
  const { source, alsoFrom, cache, build = buildWithVite } = options;
  const out = path.join(cache, sourceHash([source, ...alsoFrom]));
  const fresh = !existsSync(path.join(out, 'index.html'));
  if (fresh) {
    mkdirSync(cache, { recursive: true });
    // Built aside and then renamed: who stops in between leaves nothing that looks like a page.
    const aside = path.join(cache, `${randomUUID()}${UNFINISHED}`);
    await build(source, aside);
    // Another demo may have built the same meanwhile.
    if (existsSync(out)) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, out);
    forgetOthers(cache, out);
  }
  return { files: readPage(out), fresh };
}

/** Pages of older sources go; what somebody is building right now stays. */
function forgetOthers(cache: string, current: string): void {
  for (const name of readdirSync(cache)) {
    const other = path.join(cache, name);
    if (other !== current && !name.endsWith(UNFINISHED)) rmSync(other, { recursive: true, force: true });
  }
}

function readPage(folder: string): BuiltPage['files'] {
  const names = globSync('**/*.*', { cwd: folder }).sort();
  return new Map(
    names.map((name) => {
      const bytes = new Uint8Array(readFileSync(path.join(folder, name)));
      const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
      return [`/${name.split(path.sep).join('/')}`, { bytes, type }];
    }),
  );
}

/** Vite comes with the development packages, so it is loaded only when there is something to build. */
async function buildWithVite(source: string, out: string): Promise<void> {
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  await build({
    configFile: false,
    root: source,
    logLevel: 'error',
    plugins: [react()],
    build: {
      outDir: out,
      emptyOutDir: true,
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
    },
  });
}
