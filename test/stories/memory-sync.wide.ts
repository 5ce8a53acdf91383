import { memoryDesk, memoryKind } from './desks.ts';
import { syncStoriesOf } from './sync-suite.ts';

const traits = { isJournal: false, agentsEdit: true, agentsFlip: true, isBrief: false };
syncStoriesOf('the memory connector', { kind: memoryKind, desk: memoryDesk, traits });
