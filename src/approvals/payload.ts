import { createHash } from 'node:crypto';
import { type ApprovalRequest, PayloadHash } from '../model/approval.ts';
import { canonical, type Json } from './canonical.ts';

/** Keeps this hash apart from every other that is made of JSON. */
const DOMAIN = 'deskbridge.approval.v1\n';

export function payloadHash(request: ApprovalRequest): PayloadHash {
  return hashOf(DOMAIN, request);
}

/** The same for a policy: a change of it is known by its hash. */
export const policyHash = (policy: Json): PayloadHash => hashOf('deskbridge.policy.v1\n', policy);

/** The same for everything that decides approvals, which keepers sign. */
export const policiesHash = (policies: Json): PayloadHash => hashOf('deskbridge.policies.v1\n', policies);

function hashOf(domain: string, value: Json): PayloadHash {
  return PayloadHash.parse(
    createHash('sha256')
      .update(domain + canonical(value))
      .digest('hex'),
  );
}

/** What people compare by eye, on the card and on the ticket. */
export const fingerprint = (hash: PayloadHash): string => hash.slice(0, 8);
