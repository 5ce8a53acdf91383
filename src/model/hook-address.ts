/** Where the hooks of a connector arrive, as the other side has to know it. `publicUrl` may have a path of its own. */
export const hookAddress = (publicUrl: string, connector: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/hooks/${connector}`;
