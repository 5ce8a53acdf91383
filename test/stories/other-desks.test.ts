/** What differs from the desks whose stories are told in full; `npm run test:wide` tells all stories of all desks. */
import { storiesOf } from './story-suite.ts';
import { jiraDesk, jsmKind, requestItemKind, serviceNowDesk } from './vendor-desks.ts';

storiesOf('Jira Service Management', jsmKind, jiraDesk, { isBrief: true });
storiesOf('ServiceNow request items', requestItemKind, serviceNowDesk, { isBrief: true });
