import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import type { Catalog, Form } from '../capabilities.ts';
import type { CreateMeta } from './create-meta.ts';
import { setBy } from './fill.ts';
import { formOf } from './form-fields.ts';
import { JiraTarget } from './targets.ts';

const unshown = () =>
  rejected(
    'forbidden',
    'Jira does not show this form to our account; a project administrator can let it create tickets there',
  );

/** The form of a request type, or the create screen of an issue type, without what the bridge and the queue fill in. */
export function createCatalog(meta: CreateMeta): Catalog {
  return {
    async form(wanted): Promise<Outcome<Form>> {
      const target = JiraTarget.safeParse(wanted);
      if (!target.success)
        return rejected('invalid', 'This target is none of Jira; correct the configuration');
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
