import { testRules } from './rule-book.ts';
import { slackRules } from './slack-rules.ts';

testRules(slackRules, 45);
