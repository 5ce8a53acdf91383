/** Keys of the people who look after the policies. Only their owners have them; no process of the bridge reads one. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { publicHalf } from '../approvals/keepers.ts';

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';

/** Makes a pair and writes the private half, for its owner alone; answers the public half. Nothing is ever written over. */
export function makeKey(file: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKey = publicHalf(privateKey);
  if (publicKey === null) throw new TypeError('A fresh Ed25519 key has no public half');
  try {
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = codeOf(error);
    const why = code === 'EEXIST' ? 'is there already; choose another name' : `cannot be written (${code})`;
    throw new Error(`${file} ${why}. No key was made.`);
  }
  return publicKey;
}

/** @throws Error with a sentence when it is no such key, or when others can read it */
export function readKey(file: string): { readonly key: KeyObject; readonly publicKey: string } {
  const { text, mode } = readPrivate(file);
  if ((mode & 0o077) !== 0)
    throw new Error(
      `${file} can be read by others (mode ${(mode & 0o777).toString(8)}). Nothing was signed. Run: chmod 600 ${file}; and make a new key if somebody may have read it.`,
    );
  const key = parsed(text);
  const publicKey = key === null ? null : publicHalf(key);
  if (key !== null && publicKey !== null) return { key, publicKey };
  throw new Error(`${file} holds no private key of "deskbridge policy key". Nothing was signed.`);
}

function readPrivate(file: string): { readonly text: string; readonly mode: number } {
  try {
    return { text: readFileSync(file, 'utf8'), mode: statSync(file).mode };
  } catch (error) {
    throw new Error(`${file} cannot be read (${codeOf(error)}). Nothing was signed.`);
  }
}

function parsed(text: string): KeyObject | null {
  try {
    return createPrivateKey(text);
  } catch {
    return null;
  }
}
