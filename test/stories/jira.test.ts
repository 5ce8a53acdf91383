import { storiesOf } from './story-suite.ts';
import { jiraDesk, jiraKind } from './vendor-desks.ts';

storiesOf('Jira', jiraKind, jiraDesk);
