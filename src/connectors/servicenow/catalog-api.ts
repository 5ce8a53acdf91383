import { z } from 'zod';
import { type Outcome, ok, rejected } from '../../model/outcome.ts';
import {
  CHECK_OUT_IN_ONE_STEP,
  orderWithoutRequest,
  TO_ORDER_ITEM,
  TO_SHOW_ITEM,
} from '../../texts/servicenow-tickets.ts';
import type { Requests } from './requests.ts';
import { SysId } from './schema.ts';

const Flag = z.union([z.boolean(), z.enum(['true', 'false', '']).transform((text) => text === 'true')]);

/** A question of a catalogue item, or what only arranges others. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** e.g. `single_line_text`. */
  readonly type: string;
  readonly isMandatory: boolean;
  readonly isReadOnly: boolean;
  readonly help: string;
  /** The table that it refers to; empty for none. */
  readonly reference: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

const RawVariable = z.object({
  name: z.string().default(''),
  label: z.string().nullish(),
  friendly_type: z.string().default(''),
  mandatory: Flag.default(false),
  read_only: Flag.default(false),
  help_text: z.string().nullish(),
  reference: z.string().nullish(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).nullish(),
  get children() {
    return z.array(RawVariable).nullish();
  },
});
type RawVariable = z.infer<typeof RawVariable>;

const Item = z.object({ sys_id: SysId, name: z.string(), variables: z.array(RawVariable).default([]) });
const Order = z.object({ request_id: SysId.optional(), sys_id: SysId.optional() });

export interface CatalogItem {
  readonly name: string;
  /** In the order of the form, those inside of containers too. */
  readonly variables: readonly Variable[];
}

/** The Service Catalog API (`/api/sn_sc/servicecatalog`) as one user of the instance. */
export interface CatalogApi {
  item(item: SysId): Promise<Outcome<CatalogItem>>;
  /** Orders one piece; answers the sys_id of the request, which holds the item that people work on. */
  order(
    item: SysId,
    order: { readonly requestedFor: SysId | null; readonly variables: Readonly<Record<string, string>> },
  ): Promise<Outcome<SysId>>;
}

const PATH = '/api/sn_sc/servicecatalog/items';

function flat(variables: readonly RawVariable[]): readonly Variable[] {
  return variables.flatMap((raw) => [
    {
      name: raw.name,
      label: raw.label?.trim() || raw.name,
      type: raw.friendly_type,
      isMandatory: raw.mandatory,
      isReadOnly: raw.read_only,
      help: raw.help_text?.trim() ?? '',
      reference: raw.reference ?? '',
      choices: (raw.choices ?? []).filter((choice) => choice.value !== ''),
    },
    ...flat(raw.children ?? []),
  ]);
}

export function createCatalogApi({ ask }: Requests): CatalogApi {
  return {
    async item(item) {
      const read = await ask(Item, {
        method: 'GET',
        path: `${PATH}/${item}`,
        doing: TO_SHOW_ITEM,
      });
      if (read.kind !== 'ok') return read;
      const { name, variables } = read.value.value;
      return ok({ name, variables: flat(variables) });
    },
    async order(item, { requestedFor, variables }) {
      const body = {
        sysparm_quantity: 1,
        ...(requestedFor === null ? {} : { sysparm_requested_for: requestedFor }),
        variables,
      };
      const read = await ask(Order, {
        method: 'POST',
        path: `${PATH}/${item}/order_now`,
        body: JSON.stringify(body),
        doing: TO_ORDER_ITEM,
      });
      if (read.kind !== 'ok') return read;
      const request = read.value.value.request_id ?? read.value.value.sys_id;
      if (request !== undefined) return ok(request);
      const advice = CHECK_OUT_IN_ONE_STEP;
      return rejected('conflict', orderWithoutRequest(advice));
    },
  };
}
