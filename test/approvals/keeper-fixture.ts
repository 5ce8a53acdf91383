/** People who look after the policies, with their keys. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Json } from '../../src/approvals/canonical.ts';
import {
  type PolicyState,
  policyState,
  publicHalf,
  type SignedPolicies,
  signPolicies,
} from '../../src/approvals/keepers.ts';

export interface TestKeeper {
  readonly person: string;
  readonly key: KeyObject;
  /** As the configuration names him. */
  readonly listed: { readonly person: string; readonly public_key: string };
}

export function keeper(person: string): TestKeeper {
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const publicKey = publicHalf(key);
  if (publicKey === null) throw new Error('It is no Ed25519 key');
  return { person, key, listed: { person, public_key: publicKey } };
}

const AT = new Date('2026-05-04T09:00:00Z');

export const signedBy = (
  state: PolicyState,
  number: number,
  ...people: readonly Pick<TestKeeper, 'person' | 'key'>[]
): SignedPolicies => ({
  ...{ number, policies: state.policies },
  signatures: people.map(({ person, key }) => signPolicies(state, number, { person, at: AT, key })),
});

/** Policies of nothing but a rule's text and those who keep it. */
export const stateOf = (
  text: string,
  keepers: readonly TestKeeper[],
  rest: { readonly [k: string]: Json } = {},
) =>
  policyState({
    install: 'acme',
    approvals: {
      rules: [text],
      ...(keepers.length === 0 ? {} : { keepers: keepers.map((one) => one.listed) }),
    },
    ...rest,
  });
