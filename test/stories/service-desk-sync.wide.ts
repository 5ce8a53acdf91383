import { syncStoriesOf } from './sync-suite.ts';
import { jiraDesk, jsmKind } from './vendor-desks.ts';

const traits = { isJournal: false, agentsEdit: true, agentsFlip: true, isBrief: true };
syncStoriesOf('Jira Service Management', { kind: jsmKind, desk: jiraDesk, traits });
