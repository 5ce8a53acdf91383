import { jiraRules } from './jira-rules.ts';
import { testRules } from './rule-book.ts';

testRules(jiraRules, 27);
