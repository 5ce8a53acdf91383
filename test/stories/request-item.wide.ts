import { storiesOf } from './story-suite.ts';
import { requestItemKind, serviceNowDesk } from './vendor-desks.ts';

storiesOf('ServiceNow request items', requestItemKind, serviceNowDesk);
