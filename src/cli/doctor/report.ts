import { z } from 'zod';

const text = z.string().min(1);
const looked = { check: text, subject: text.nullable() };

const Finding = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('passed'), ...looked, saw: text }),
  z.strictObject({ state: z.literal('failed'), ...looked, code: text, wrong: text, means: text, fix: text }),
  z.strictObject({ state: z.literal('warned'), ...looked, code: text, wrong: text, means: text, fix: text }),
  z.strictObject({ state: z.literal('not-checked'), ...looked, reason: text }),
]);

/** What `deskbridge doctor --json` prints. A change that breaks readers gets another `v`. */
export const DoctorReport = z.strictObject({
  v: z.literal(1),
  at: z.iso.datetime(),
  /** Null when the configuration could not be read. */
  install: text.nullable(),
  security: z.boolean(),
  /** Nothing failed, and something was looked at. */
  ok: z.boolean(),
  counts: z.strictObject({
    passed: z.int(),
    warned: z.int(),
    failed: z.int(),
    'not-checked': z.int(),
  }),
  /** "configuration", "database", "redis", "slack", "doors", and every connector by its name. */
  connections: z.array(z.strictObject({ name: text, findings: z.array(Finding) })),
});
export type DoctorReport = z.infer<typeof DoctorReport>;
export type Connection = DoctorReport['connections'][number];

/** Sums up. A look that saw nothing is no good news. */
export function reportOf(
  about: Pick<DoctorReport, 'install' | 'security'> & { readonly at: Date },
  connections: readonly Connection[],
): DoctorReport {
  const counts = { passed: 0, warned: 0, failed: 0, 'not-checked': 0 };
  for (const { state } of connections.flatMap(({ findings }) => findings)) counts[state] += 1;
  return {
    v: 1,
    at: about.at.toISOString(),
    install: about.install,
    security: about.security,
    ok: counts.failed === 0 && counts.passed + counts.warned > 0,
    counts,
    connections: [...connections],
  };
}
