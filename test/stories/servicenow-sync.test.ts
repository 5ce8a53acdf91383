import { syncStoriesOf } from './sync-suite.ts';
import { incidentKind, serviceNowDesk } from './vendor-desks.ts';

const traits = { isJournal: true, agentsEdit: false, agentsFlip: false, isBrief: false };
syncStoriesOf('ServiceNow', { kind: incidentKind, desk: serviceNowDesk, traits });
