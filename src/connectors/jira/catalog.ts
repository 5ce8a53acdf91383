import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import { FORM_HIDDEN, NO_TARGET_OF_JIRA } from '../../texts/jira.ts';
import type { Catalog, Form } from '../capabilities.ts';
import type { CreateMeta } from './create-meta.ts';
import { setBy } from './fill.ts';
import { formOf } from './form-fields.ts';
import { JiraTarget } from './targets.ts';

const unshown = () => rejected('forbidden', FORM_HIDDEN);

/** The form of a request type, or the create screen of an issue type, without what the bridge and the queue fill in. */
export function createCatalog(meta: CreateMeta): Catalog {
  return {
    async form(wanted): Promise<Outcome<Form>> {
      const target = JiraTarget.safeParse(wanted);
      if (!target.success) return rejected('invalid', NO_TARGET_OF_JIRA);
      const { data } = target;
      const screen =
        'service_desk' in data ? await meta.desk(data, 'anew') : await meta.platform(data, 'anew');
      if (screen.kind !== 'ok') return screen;
      if (screen.value === null) return unshown();
      const { name, fields } = screen.value;
      return ok(formOf(name, fields, setBy(data)));
    },
  };
}
