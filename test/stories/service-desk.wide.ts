import { storiesOf } from './story-suite.ts';
import { jiraDesk, jsmKind } from './vendor-desks.ts';

storiesOf('Jira Service Management', jsmKind, jiraDesk);
