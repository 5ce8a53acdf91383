/** One query as Jira's own parser describes it (POST /rest/api/3/jql/parse), with the members that this sandbox needs. */
export interface JqlField {
  readonly name: string;
  readonly encodedName: string;
}
export type JqlOperand =
  | { readonly value: string; readonly encodedValue: string }
  | {
      readonly values: readonly { readonly value: string; readonly encodedValue: string }[];
      readonly encodedOperand: string;
    }
  | { readonly function: string; readonly arguments: readonly string[]; readonly encodedOperand: string }
  | { readonly keyword: 'empty' };
export interface JqlTest {
  readonly field: JqlField;
  readonly operator: string;
  readonly operand: JqlOperand;
}
export interface JqlCompound {
  readonly operator: 'and' | 'or' | 'not';
  readonly clauses: readonly JqlClause[];
}
export type JqlClause = JqlTest | JqlCompound;
export interface JqlOrder {
  readonly field: JqlField;
  readonly direction: 'asc' | 'desc';
}
export interface JqlStructure {
  readonly where: JqlClause | null;
  readonly orderBy: readonly JqlOrder[];
}

/** What is wrong with a query, in a sentence as Jira would say it. */
export class JqlProblem extends Error {
  override readonly name = 'JqlProblem';
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'sign';
  readonly text: string;
  /** As it stood in the query. */
  readonly raw: string;
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(!=|!~|>=|<=|[=<>~(),])|([^\s()=!<>~,"']+))/y;

function tokensOf(jql: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < jql.length && jql.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const [, quoted, sign, word] = TOKEN.exec(jql) ?? [];
    if (quoted !== undefined) {
      tokens.push({ kind: 'quoted', text: quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1'), raw: quoted });
    } else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, raw: sign });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, raw: word });
    else throw new JqlProblem(`'${jql.slice(at).trim()}' is not understood.`);
  }
  return tokens;
}

/** Recursive descent over the tokens; NOT binds before AND, AND before OR. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new JqlProblem('the query ends in the middle of a condition.');
    this.#at += 1;
    return token;
  }

  /** Takes the next tokens when they are these words or this sign. */
  #takes(...texts: readonly string[]): boolean {
    const fits = texts.every((text, index) => {
      const token = this.#tokens[this.#at + index];
      return token !== undefined && token.kind !== 'quoted' && token.text.toLowerCase() === text;
    });
    if (fits) this.#at += texts.length;
    return fits;
  }

  structure(): JqlStructure {
    const where = this.isDone || this.#takes('order', 'by') ? null : this.#either();
    const ordered = where === null ? !this.isDone : this.#takes('order', 'by');
    const orderBy = ordered ? this.#orders() : [];
    if (!this.isDone) throw new JqlProblem(`'${this.#next().raw}' is not expected here.`);
    return { where, orderBy };
  }

  #either(): JqlClause {
    return this.#joined('or', () => this.#joined('and', () => this.#one()));
  }

  #joined(operator: 'and' | 'or', part: () => JqlClause): JqlClause {
    const clauses = [part()];
    while (this.#takes(operator)) clauses.push(part());
    const [only] = clauses;
    return clauses.length === 1 && only !== undefined ? only : { operator, clauses };
  }

  #one(): JqlClause {
    if (this.#takes('not')) return { operator: 'not', clauses: [this.#one()] };
    if (!this.#takes('(')) return this.#test();
    const inside = this.#either();
    if (!this.#takes(')')) throw new JqlProblem('a bracket is not closed.');
    return inside;
  }

  #field(): JqlField {
    const token = this.#next();
    if (token.kind === 'sign') throw new JqlProblem(`Expecting a field name but got '${token.raw}'.`);
    return { name: token.text, encodedName: token.raw };
  }

  #test(): JqlTest {
    const field = this.#field();
    const operator = this.#operator();
    if (operator === 'in' || operator === 'not in') return { field, operator, operand: this.#list() };
    return { field, operator, operand: this.#operand() };
  }

  #operator(): string {
    for (const words of [['not', 'in'], ['in'], ['is', 'not'], ['is']]) {
      if (this.#takes(...words)) return words.join(' ');
    }
    const token = this.#next();
    if (token.kind === 'sign' && !['(', ')', ','].includes(token.text)) return token.text;
    throw new JqlProblem(`Expecting operator but got '${token.raw}'.`);
  }

  #list(): JqlOperand {
    if (!this.#takes('(')) return this.#operand();
    const values = [this.#value()];
    while (this.#takes(',')) values.push(this.#value());
    if (!this.#takes(')')) throw new JqlProblem('a list is not closed.');
    return { values, encodedOperand: `(${values.map((one) => one.encodedValue).join(', ')})` };
  }

  #value() {
    const token = this.#next();
    if (token.kind === 'sign') throw new JqlProblem(`'${token.raw}' is no value.`);
    return { value: token.text, encodedValue: token.raw };
  }

  #operand(): JqlOperand {
    if (this.#takes('empty') || this.#takes('null')) return { keyword: 'empty' };
    const { value, encodedValue } = this.#value();
    if (!this.#takes('(')) return { value, encodedValue };
    const given: string[] = [];
    while (!this.#takes(')')) {
      given.push(this.#value().value);
      this.#takes(',');
    }
    return { function: value, arguments: given, encodedOperand: `${encodedValue}(${given.join(', ')})` };
  }

  #orders(): JqlOrder[] {
    const orders: JqlOrder[] = [];
    do {
      const field = this.#field();
      const direction = this.#takes('desc') ? 'desc' : 'asc';
      if (direction === 'asc') this.#takes('asc');
      orders.push({ field, direction });
    } while (this.#takes(','));
    return orders;
  }
}

/** Reads a query. Throws JqlProblem for one that is none; knows nothing of fields and their values. */
export function readJql(jql: string): JqlStructure {
  return new Reader(tokensOf(jql)).structure();
}
