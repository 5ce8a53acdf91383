import { decide } from '../routing/decide.ts';
import { RoutingTable, textAlone } from '../routing/table.ts';
import { at, entriesAt } from './raw-settings.ts';
import type { Fault } from './yaml-document.ts';

/** A form that asks the questions of a queue has to go there: elsewhere nobody wants its answers. */
export function formFaults(data: unknown): readonly Fault[] {
  const table = RoutingTable.safeParse(at(data, 'routing'));
  const queues = new Set(entriesAt(data, 'queues').map(([name]) => name));
  return entriesAt(data, 'forms').flatMap(([name, form]): readonly Fault[] => {
    const queue = at(form, 'from', 'queue');
    if (typeof queue !== 'string') return [];
    const path = ['forms', name, 'from', 'queue'];
    if (!queues.has(queue)) {
      const message = `names the queue "${queue}", which does not exist; there are: ${[...queues].join(', ')}`;
      return [{ path, at: 'value', message }];
    }
    if (!table.success) return [];
    const to = decide(table.data, { ...textAlone(''), door: 'form', form: { form: name } });
    if (to.queue === queue) return [];
    const message = `is "${queue}", and the routing table sends this form to "${to.queue}" (rule "${to.rule}"); give it a rule such as {when: {form: {form: ${name}}}, queue: ${queue}}`;
    return [{ path, at: 'value', message }];
  });
}
