/** Changes of the policies take two people: what they sign, and whether it is enough. */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { PayloadHash } from '../model/approval.ts';
import { type AcceptedPolicies, Keeper } from '../model/keeper.ts';
import { canonical, type Json } from './canonical.ts';
import { policiesHash } from './payload.ts';

/** So many different keepers have to sign. */
const NEEDED = 2;
/** Keeps these signatures apart from every other that is made with the same key. */
const DOMAIN = 'deskbridge.policies.signed.v1\n';

const Signature = z.strictObject({
  person: Keeper.shape.person,
  /** When, by the signer's own clock. */
  at: z.iso.datetime(),
  /** Ed25519, base64url. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{85}[AQgw]$/),
});
export type Signature = z.infer<typeof Signature>;

/** Policies as they were signed, whole, so that the next change can be shown against them. */
export interface SignedPolicies {
  readonly number: number;
  readonly policies: Json;
  readonly signatures: readonly Signature[];
}
export const SignedPolicies: z.ZodType<SignedPolicies> = z.strictObject({
  number: z.int().positive().max(1_000_000_000),
  policies: z.json(),
  signatures: z.array(Signature).max(100),
});

/** What decides approvals at one moment. */
export interface PolicyState {
  readonly install: string;
  readonly policies: Json;
  readonly hash: PayloadHash;
  readonly keepers: readonly Keeper[];
}

const Known = z.looseObject({
  install: z.string(),
  approvals: z.looseObject({ keepers: z.array(Keeper).default([]) }),
});

/** @throws ZodError when it does not say of which installation it is, or names keepers that are none */
export function policyState(policies: Json): PolicyState {
  const { install, approvals } = Known.parse(policies);
  return { install, policies, hash: policiesHash(policies), keepers: approvals.keepers };
}

interface Statement {
  readonly install: string;
  readonly number: number;
  readonly hash: PayloadHash;
}

const bytesOf = ({ install, number, hash }: Statement, { person, at }: Pick<Signature, 'person' | 'at'>) =>
  Buffer.from(DOMAIN + canonical({ install, number, policies: hash, person, at }));

const publicKey = ({ public_key }: Keeper): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: public_key.slice('ed25519:'.length) },
    format: 'jwk',
  });

/** The public half of a private key as the configuration names it; null: it is no Ed25519 key. */
export function publicHalf(key: KeyObject): string | null {
  const { crv, x } = createPublicKey(key).export({ format: 'jwk' });
  return crv === 'Ed25519' && x !== undefined ? `ed25519:${x}` : null;
}

export function signPolicies(
  { install, hash }: PolicyState,
  number: number,
  { person, at, key }: { readonly person: string; readonly at: Date; readonly key: KeyObject },
): Signature {
  const said = { person, at: at.toISOString() };
  const signature = sign(null, bytesOf({ install, number, hash }, said), key);
  return { ...said, signature: signature.toString('base64url') };
}

/** Those of `authority` who have signed, each once; and the others who wrote a signature that does not count. */
function countSignatures(
  { number, policies, signatures }: SignedPolicies,
  authority: readonly Keeper[],
): { readonly signers: readonly Keeper[]; readonly spoiled: readonly string[] } {
  const statement = { ...policyState(policies), number };
  const isFit = (keeper: Keeper) => (one: Signature) =>
    one.person === keeper.person &&
    verify(null, bytesOf(statement, one), publicKey(keeper), Buffer.from(one.signature, 'base64url'));
  const signers = distinct(authority).filter((keeper) => signatures.some(isFit(keeper)));
  const names = new Set(signers.map(({ person }) => person));
  const spoiled = signatures.map(({ person }) => person).filter((person) => !names.has(person));
  return { signers, spoiled: [...new Set(spoiled)] };
}

/** One person, or one key, is one keeper. */
const distinct = (keepers: readonly Keeper[]): readonly Keeper[] =>
  keepers.filter(
    ({ person, public_key }, index) =>
      keepers.findIndex((one) => one.person === person || one.public_key === public_key) === index,
  );

const taken = (number: number, state: PolicyState, signers: readonly Keeper[]): AcceptedPolicies => ({
  ...{ number, hash: state.hash, keepers: state.keepers },
  signers: signers.map(({ person }) => person),
});

/** Whose signatures count next: of the keepers that were accepted; where there are none, of those that the policies name. */
const authorityOver = (state: PolicyState, before: AcceptedPolicies | null): readonly Keeper[] =>
  before === null || before.keepers.length === 0 ? state.keepers : before.keepers;

/** What was accepted last as far as the signatures themselves tell; the database of an installation knows for certain. */
export function lastAccepted(signed: readonly SignedPolicies[], install: string): AcceptedPolicies | null {
  let last: AcceptedPolicies | null = null;
  for (const one of signed) {
    const state = policyState(one.policies);
    if (state.install !== install || (last !== null && one.number <= last.number)) continue;
    const { signers } = countSignatures(one, authorityOver(state, last));
    if (signers.length >= NEEDED) last = taken(one.number, state, signers);
  }
  return last;
}

export interface Unsigned {
  readonly kind: 'unsigned';
  /** `replaced`: they were signed, and others are in force since. */
  readonly because: 'too-few' | 'replaced';
  readonly state: PolicyState;
  readonly number: number | null;
  readonly before: AcceptedPolicies | null;
  readonly signers: readonly string[];
  /** Whose signature would count and is not there. */
  readonly missing: readonly string[];
  /** Whose signature is there and does not count. */
  readonly spoiled: readonly string[];
}

export type PoliciesJudged =
  /** Nobody has named keepers. */
  | { readonly kind: 'no-keepers' }
  | { readonly kind: 'in-force'; readonly accepted: AcceptedPolicies }
  /** `authority`: whose signatures were counted. */
  | {
      readonly kind: 'signed';
      readonly accepted: AcceptedPolicies;
      readonly authority: readonly Keeper[];
      readonly signatures: readonly Signature[];
    }
  | Unsigned;

/** Whether these policies may be worked by. `before`: what was accepted last. */
export function judgePolicies(
  state: PolicyState,
  signed: readonly SignedPolicies[],
  before: AcceptedPolicies | null,
): PoliciesJudged {
  const authority = authorityOver(state, before);
  if (authority.length === 0) return { kind: 'no-keepers' };
  if (before?.hash === state.hash) return { kind: 'in-force', accepted: before };
  const own = signed.findLast(({ policies }) => policyState(policies).hash === state.hash);
  const { signers, spoiled } =
    own === undefined ? { signers: [], spoiled: [] } : countSignatures(own, authority);
  const isNewer = own !== undefined && own.number > (before?.number ?? 0);
  if (isNewer && signers.length >= NEEDED)
    return {
      ...{ kind: 'signed', accepted: taken(own.number, state, signers), authority },
      signatures: own.signatures,
    };
  return {
    ...{ kind: 'unsigned', because: own === undefined || isNewer ? 'too-few' : 'replaced' },
    ...{ state, number: own?.number ?? null, before, spoiled },
    signers: signers.map(({ person }) => person),
    missing: authority.filter((one) => !signers.includes(one)).map(({ person }) => person),
  };
}

const listed = (people: readonly string[]) => (people.length === 0 ? 'nobody' : people.join(' and '));

/** What is wrong, and what to do. */
export function unsignedText({
  state,
  because,
  number,
  before,
  signers,
  missing,
  spoiled,
}: Unsigned): string {
  const what = `The approval policies of ${state.install} (${state.hash.slice(0, 8)})`;
  if (because === 'replaced')
    return (
      `${what} were signed as number ${number}, and number ${before?.number} is in force since. ` +
      `If they are meant to come back, two keepers sign them again, with "--number ${(before?.number ?? 0) + 1}".`
    );
  const bad = spoiled.length === 0 ? '' : ` What ${listed(spoiled)} signed does not count.`;
  const isHandedOn =
    before !== null &&
    before.keepers.length > 0 &&
    canonical([...before.keepers]) !== canonical([...state.keepers]);
  const old = isHandedOn
    ? ' These are the keepers who were accepted last; the list in the file counts when two of them have signed it.'
    : '';
  return (
    `${what} are signed by ${listed(signers)}; ${NEEDED - signers.length} more of ${missing.join(', ')} must sign.${bad}${old} ` +
    '"deskbridge policy verify" shows what changed; each keeper signs with "deskbridge policy sign --key <file> --as <person>".'
  );
}
