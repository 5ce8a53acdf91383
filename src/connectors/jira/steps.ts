import { ok } from '../../model/outcome.ts';
import { PEOPLE_CHOSEN_IN_JIRA } from '../../texts/jira.ts';
import type { Steps } from '../capabilities.ts';
import type { JiraClient } from './client.ts';
import { foreignId } from './comments.ts';
import { mapsOf } from './field-values.ts';
import { categoryOf } from './fields.ts';
import { formOf } from './form-fields.ts';
import type { JiraMaps } from './maps.ts';
import { Transitions } from './schema.ts';
import { screenOf } from './transition-screen.ts';
import { readIssue } from './write.ts';

/** The transitions that our account may make now, with their screens. */
export function createSteps(client: JiraClient, maps: JiraMaps): Steps {
  return {
    async list(ticket) {
      const foreign = foreignId(ticket);
      if (foreign !== null) return foreign;
      const issue = await readIssue(client, ticket, maps);
      if (issue.kind !== 'ok') return issue;
      const read = await client.read(Transitions, ({ cloud }) =>
        cloud.issues.getTransitions({ issueIdOrKey: ticket, expand: 'transitions.fields' }),
      );
      if (read.kind !== 'ok') return read;
      const { screens = {} } = mapsOf(maps, issue.value.fields);
      const known = new Set(Object.keys(screens));
      const possible = read.value.transitions.filter(({ isAvailable }) => isAvailable !== false);
      return ok(
        possible.map((one) => {
          const { fields, beyond } = formOf(one.name, screenOf(one), known);
          const people = fields.filter(({ kind }) => kind === 'person');
          return {
            ...{ id: one.id, label: one.name || one.to.name, to: one.to.name, category: categoryOf(one.to) },
            fields: fields.filter(({ kind }) => kind !== 'person'),
            beyond: [
              ...beyond,
              ...people.map(({ label, required }) => ({ label, required, reason: PEOPLE_CHOSEN_IN_JIRA })),
            ],
          };
        }),
      );
    },
  };
}
