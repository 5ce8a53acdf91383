/** How what routing knows of a request is called on a ticket, where no field is set aside for it. */
import type { TagName } from '../model/route.ts';

export const TAG_LABELS: Readonly<Record<TagName, string>> = {
  area: 'Product area',
  department: 'Department',
  urgency: 'Urgency',
  channel: 'Source channel',
};
