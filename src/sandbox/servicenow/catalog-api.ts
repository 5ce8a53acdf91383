import { Hono } from 'hono';
import { z } from 'zod';
import { type CatalogItem, flatVariables, type Variable } from './catalog-items.ts';
import { type Actor, blankRow, type Desk, type ServiceNowPolicy } from './desk.ts';
import type { Entrance } from './entrance.ts';
import { failure, type SandboxContext, type SandboxEnv } from './gate.ts';
import type { Rows } from './rows.ts';
import { seededId } from './seed.ts';
import { tableNamed } from './tables.ts';

export interface CatalogApiParts {
  readonly rows: Rows;
  readonly desk: Desk;
  readonly enter: Entrance;
  readonly policy: () => ServiceNowPolicy;
  readonly catalog: readonly CatalogItem[];
}

const PATH = '/api/sn_sc/servicecatalog/items/:item';
const NAMED = '/api/sn_sc/servicecatalog/items/{sys_id}';
const Order = z.object({
  sysparm_quantity: z.union([z.string(), z.number()]).transform(Number),
  sysparm_requested_for: z.string().optional(),
  variables: z.record(z.string(), z.string()).default({}),
});

const itemNamed = ({ catalog }: CatalogApiParts, sysId: string) =>
  catalog.find((item) => seededId(`item:${item.name}`) === sysId) ?? null;

function described(item: CatalogItem, variable: Variable): Record<string, unknown> {
  const { children, ...told } = variable;
  return {
    ...told,
    id: seededId(`variable:${item.name}:${variable.name}`),
    active: true,
    value: '',
    displayvalue: '',
    ...(children === undefined ? {} : { children: children.map((child) => described(item, child)) }),
  };
}

interface Ordered {
  readonly item: CatalogItem;
  readonly order: z.infer<typeof Order>;
  readonly actor: Actor;
}

/** A request with one item, and an option for every variable that the item has; others are ignored. */
function placeOrder({ rows, desk }: CatalogApiParts, { item, order, actor }: Ordered) {
  const requested_for = order.sysparm_requested_for ?? actor.sysId;
  const insert = (name: string, values: Readonly<Record<string, string>>) => {
    const table = tableNamed(name);
    const written = table === null ? null : desk.insert(table, values, { ...actor, api: false });
    if (written?.kind !== 'written') throw new Error(`The simulated ServiceNow could not order ${item.name}`);
    return written.row;
  };
  const request = insert('sc_request', { requested_for, short_description: item.name });
  const requestItem = insert('sc_req_item', {
    request: request['sys_id'] ?? '',
    requested_for,
    cat_item: seededId(`item:${item.name}`),
    short_description: item.name,
  });
  const put = (name: string, values: Readonly<Record<string, string>>) => {
    const table = tableNamed(name);
    if (table === null) throw new Error(`No table ${name}`);
    const row = { ...blankRow(table, request['sys_created_on'] ?? '', actor.userName), ...values };
    rows.put(name, row);
    return row['sys_id'] ?? '';
  };
  for (const { name } of flatVariables(item.variables)) {
    const item_option_new = seededId(`variable:${item.name}:${name}`);
    const option = put('sc_item_option', { item_option_new, value: order.variables[name] ?? '' });
    put('sc_item_option_mtom', { request_item: requestItem['sys_id'] ?? '', sc_item_option: option });
  }
  return request;
}

function ordered(parts: CatalogApiParts, c: SandboxContext, asked: { body: unknown; actor: Actor }) {
  const item = itemNamed(parts, c.req.param('item') ?? '');
  const order = Order.safeParse(asked.body);
  const refuse = (message: string) => c.json(failure(message), 400);
  if (item === null) return refuse('Security constraints prevent ordering of Item');
  if (!order.success || !(order.data.sysparm_quantity > 0)) return refuse('Invalid quantity value');
  const isMissing = ({ name, mandatory }: Variable) => mandatory && !order.data.variables[name];
  if (flatVariables(item.variables).some(isMissing)) return refuse('Mandatory Variables are required');
  if (parts.policy().twoStepCheckout) return c.json({ result: { cart_id: seededId('cart'), items: [] } });
  const request = placeOrder(parts, { item, order: order.data, actor: asked.actor });
  const { sys_id, number } = request;
  return c.json({
    result: { sys_id, number, request_number: number, request_id: sys_id, table: 'sc_request' },
  });
}

/** The Service Catalog API: an item with its questions, and an order of it, which answers the request and not its item. */
export function createCatalogApi(parts: CatalogApiParts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>();
  app.get(PATH, (c) =>
    parts.enter(c, { names: [`GET ${NAMED}`], body: null }, () => {
      const item = itemNamed(parts, c.req.param('item'));
      if (item === null) return c.json(failure('Invalid sys_id'), 400);
      const variables = item.variables.map((variable) => described(item, variable));
      const told = { sys_id: c.req.param('item'), name: item.name, type: 'catalog_item', variables };
      return c.json({ result: told });
    }),
  );
  app.post(`${PATH}/order_now`, async (c) => {
    const body: unknown = await c.req.json().catch(() => null);
    return parts.enter(c, { names: [`POST ${NAMED}/order_now`], body }, ({ actor }) =>
      ordered(parts, c, { body, actor }),
    );
  });
  return app;
}
