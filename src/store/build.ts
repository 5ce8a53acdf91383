import manifest from '../../package.json' with { type: 'json' };

/** Which Deskbridge this is: its version. */
export const BUILD: string = manifest.version;
