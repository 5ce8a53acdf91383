/** A value that must not be shown: as a string, as JSON and in logs it reads `[secret]`. */
export interface Secret {
  /** The value itself. Call it where it is used, never earlier. */
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

const SHOWN = '[secret]';
/** The symbol under which `util.inspect` and `console.log` look for an object's own form. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Keeps the value in a closure, so that no walk over the object's properties finds it. */
export function createSecret(value: string): Secret {
  const hidden = {
    reveal: () => value,
    toString: () => SHOWN,
    toJSON: () => SHOWN,
    [INSPECT]: () => SHOWN,
  };
  return Object.freeze(hidden);
}
