import { type AppRecord, idOf, named, OUTBOX, record, SCOPE } from './record.ts';

const ADMIN = `${SCOPE}.admin`;
export const INTEGRATION = `${SCOPE}.integration`;

export function roles(): readonly AppRecord[] {
  const role = (name: string, description: string) =>
    record({
      table: 'sys_user_role',
      key: name,
      type: 'Role',
      target: name,
      fields: {
        name,
        suffix: name.slice(SCOPE.length + 1),
        description,
        elevated_privilege: 'false',
        grantable: 'true',
      },
    });
  return [
    role(ADMIN, 'Sets the address and the secret, and sees what waits to be sent.'),
    role(INTEGRATION, 'For the integration user: reads the journal of the tickets that Deskbridge opened.'),
  ];
}

/** The values are the administrator's: private properties are not carried by update sets. */
export function properties(): readonly AppRecord[] {
  const property = (name: string, type: string, description: string) =>
    record({
      table: 'sys_properties',
      key: name,
      type: 'System Property',
      target: name,
      fields: {
        name,
        type,
        description,
        value: '',
        suffix: name.slice(SCOPE.length + 1),
        is_private: 'true',
        ignore_cache: 'false',
        read_roles: ADMIN,
        write_roles: ADMIN,
      },
    });
  return [
    property(
      `${SCOPE}.hook_url`,
      'string',
      'Where Deskbridge listens, e.g. https://desk.example.com/hooks/snow. Empty: nothing is sent.',
    ),
    property(
      `${SCOPE}.hook_secret`,
      'password2',
      'The secret that signs what is sent: what the hook_secret_env of the connector names.',
    ),
  ];
}

/** Who may read and clear the outbox; everybody else is refused, because a rule exists. */
export function access(): readonly AppRecord[] {
  return ['read', 'delete'].flatMap((operation) =>
    allowed({ name: OUTBOX, operation, type: 'record', role: ADMIN }),
  );
}

export interface Allowed {
  readonly name: string;
  readonly operation: string;
  readonly type: 'record' | 'REST_Endpoint';
  readonly role: string;
}

export const aclId = ({ type, name, operation }: Allowed) =>
  idOf('sys_security_acl', `${type} ${name} ${operation}`);

/** An access rule and the one role that passes it. */
export function allowed(rule: Allowed): readonly AppRecord[] {
  const { name, operation, type, role } = rule;
  const key = `${type} ${name} ${operation}`;
  return [
    record({
      table: 'sys_security_acl',
      key,
      type: 'Access Control',
      target: name,
      fields: {
        active: 'true',
        admin_overrides: 'true',
        advanced: 'false',
        description: `Only for the role ${role}.`,
        name,
        operation: named(operation),
        type: named(type),
      },
    }),
    record({
      table: 'sys_security_acl_role',
      key: `${key} ${role}`,
      type: 'Access Roles',
      target: `${name}.${role}`,
      fields: {
        sys_security_acl: named(aclId(rule), name),
        sys_user_role: { attributes: { display_value: role, name: role }, text: idOf('sys_user_role', role) },
      },
    }),
  ];
}
