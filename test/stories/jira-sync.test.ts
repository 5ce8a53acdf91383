import { syncStoriesOf } from './sync-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

const traits = { isJournal: false, agentsEdit: true, agentsFlip: true, isBrief: false };
syncStoriesOf('Jira', { kind: jiraKind, desk: jiraDesk, traits });
