import { storiesOf } from './story-suite.ts';
import { incidentKind, serviceNowDesk } from './vendor-desks.ts';

storiesOf('ServiceNow incidents', incidentKind, serviceNowDesk);
