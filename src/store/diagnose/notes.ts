import type { Notes } from '../../model/finding.ts';
import type { DATABASE_CHECKS } from './checks.ts';

export type DatabaseNotes = Notes<typeof DATABASE_CHECKS>;
