import { testRules } from './rule-book.ts';
import { serviceNowRules } from './servicenow-rules.ts';

testRules(serviceNowRules, 22);
