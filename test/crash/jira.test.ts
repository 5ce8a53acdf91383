import { crashPlans } from './crash-points.ts';
import { crashesOf } from './crash-suite.ts';
import { jira } from './systems.ts';

crashesOf(jira, crashPlans('ticket.'));
