import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Where a sealed value lives. It is part of the seal: a value moved to another row or install does not open. */
export interface SealedPlace {
  readonly install: string;
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

/** Seals content at rest: AES-256-GCM under a key that is not in the database. */
export interface Envelope {
  /** The id of the key that seals, in hex. */
  readonly sealing: string;
  seal(place: SealedPlace, plain: Uint8Array): Buffer;
  /** @throws when the key is not known, or the bytes or their place were changed */
  open(place: SealedPlace, sealed: Uint8Array): Buffer;
}

const VERSION = 1;
const KEY_ID = 8;
const IV = 12;
const TAG = 16;

/** Tells keys apart; says nothing about the key. */
export function keyId(key: Uint8Array): Buffer {
  return createHash('sha256').update('deskbridge.key.v1').update(key).digest().subarray(0, KEY_ID);
}

function bound(place: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([place.install, place.table, place.row, place.column]));
}

/** The first key seals; every key opens what it sealed, so that keys can be rotated without stopping. */
export function createEnvelope(keys: readonly [Uint8Array, ...Uint8Array[]]): Envelope {
  for (const key of keys) if (key.length !== 32) throw new Error('An encryption key has 32 bytes');
  const byId = new Map(keys.map((key) => [keyId(key).toString('hex'), key]));
  const [sealing] = keys;

  return {
    sealing: keyId(sealing).toString('hex'),
    seal(place, plain) {
      const iv = randomBytes(IV);
      const cipher = createCipheriv('aes-256-gcm', sealing, iv);
      cipher.setAAD(bound(place));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), keyId(sealing), iv, cipher.getAuthTag(), body]);
    },
    open(place, sealed) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION) throw new Error('This content was sealed by a newer Deskbridge');
      const key = byId.get(bytes.subarray(1, 1 + KEY_ID).toString('hex'));
      if (key === undefined) throw new Error('The key that sealed this content is not configured');
      const iv = bytes.subarray(1 + KEY_ID, 1 + KEY_ID + IV);
      const tag = bytes.subarray(1 + KEY_ID + IV, 1 + KEY_ID + IV + TAG);
      // With its length said, a tag that was cut short is refused; Node would else take the first bytes of one for it.
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG });
      decipher.setAAD(bound(place));
      decipher.setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(1 + KEY_ID + IV + TAG)), decipher.final()]);
    },
  };
}
