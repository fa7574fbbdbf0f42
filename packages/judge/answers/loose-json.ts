/** A value as a model wrote it; objects keep their keys in order. */
export type Loose = string | number | boolean | null | readonly Loose[] | LooseObject;

export interface LooseObject {
  /** Keys in lower case without punctuation: `Anomaly_Score` is `anomalyscore`. A repeated key keeps its last value. */
  readonly entries: ReadonlyMap<string, Loose>;
  /** 0 for an object of its own, 1 for one inside it, … */
  readonly depth: number;
  /** Key whose unquoted value ran into the end of the text, so that digits may be missing. */
  readonly cutKey: string | undefined;
}

const MAX_DEPTH = 32;
const MAX_KEY = 64;
const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '‘': '’' };
const LITERALS: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  null: null,
  none: null,
};
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const AFTER_COMMA = /\s*(?:["'“‘}\]{[\d.+/#-]|$|(?:true|false|null|none|nan)\b|[A-Za-z_]\w*\s*[:：])/iy;
const SPACE = /\s+/y;
const NEXT_KEY = /["'“][\w ]{1,64}["'”]\s*[:：]/y;
const AFTER_STRING = /\s*(?:[,，}\]]|$)/y;
const FRACTION_AFTER_COMMA = /,\d{1,17}(?=\s*(?:[,，}]|$))/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/**
 * Finds every JSON-like object in a text and reads it as it was meant: code fences and prose around it, single or
 * typographic quotes, wide colons and commas, bare keys, raw line breaks and unescaped quotes in strings, trailing or missing
 * commas, decimal commas, `NaN`,
 * Python's `True`/`None`, comments, missing closing brackets. Never throws; one pass, linear in the text's length.
 *
 * @returns the objects in the order they begin, nested ones after the one that holds them.
 */
export function findObjects(text: string): LooseObject[] {
  return new LooseReader(text).readAll();
}

class LooseReader {
  readonly #text: string;
  readonly #found: LooseObject[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): LooseObject[] {
    for (;;) {
      const next = this.#text.indexOf('{', this.#at);
      if (next === -1) return this.#found;
      this.#at = next;
      this.#readObject(0);
    }
  }

  #readObject(depth: number): LooseObject {
    const entries = new Map<string, Loose>();
    const object: { -readonly [Key in keyof LooseObject]: LooseObject[Key] } = {
      entries,
      depth,
      cutKey: undefined,
    };
    this.#found.push(object);
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const char = this.#peek();
      if (char === '}') {
        this.#at += 1;
        break;
      }
      // A brace where a key belongs: the outer one was prose, and the real object begins here.
      if (char === '{' || (char === ']' && depth > 0)) break;
      const key = this.#readKey();
      if (key === undefined) continue;
      entries.set(key, this.#readValue(depth, true));
      if (this.#endedOpen) object.cutKey = key;
    }
    return object;
  }

  /** Whether the last value was unquoted and touched the end of the text. */
  #endedOpen = false;

  /** Reads `key :`; undefined (after at least one character) when there is none here. */
  #readKey(): string | undefined {
    const char = this.#peek();
    const close = QUOTES[char];
    const key = close === undefined ? this.#readWord() : this.#readQuotedKey(close);
    if (key === undefined) {
      this.#at += 1;
      return undefined;
    }
    this.#skipSpace();
    if (this.#peek() !== ':' && this.#peek() !== '：') return undefined;
    this.#at += 1;
    return key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  }

  #readWord(): string | undefined {
    const word = /[\p{L}\p{N}_-]+/uy;
    word.lastIndex = this.#at;
    const match = word.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #readQuotedKey(close: string): string | undefined {
    const end = Math.min(this.#text.length, this.#at + MAX_KEY);
    for (let at = this.#at + 1; at < end; at += 1) {
      const char = this.#text[at];
      if (char === close || (close === '”' && char === '"')) {
        const key = this.#text.slice(this.#at + 1, at);
        this.#at = at + 1;
        return key;
      }
      if (char === '{' || char === '}' || char === '\n') return undefined;
    }
    return undefined;
  }

  /** @param isEntry whether it is the value of a key: a list may hold digits after a comma, an object does not. */
  #readValue(depth: number, isEntry: boolean): Loose {
    this.#endedOpen = false;
    this.#skipSpace();
    const char = this.#peek();
    const close = QUOTES[char];
    if (close !== undefined) return this.#readString(char, close);
    if (char === '{' && depth < MAX_DEPTH) return this.#readObject(depth + 1);
    if (char === '[' && depth < MAX_DEPTH) return this.#readArray(depth);
    return this.#readBare(isEntry);
  }

  #readArray(depth: number): Loose[] {
    const values: Loose[] = [];
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const char = this.#peek();
      if (char === ']') {
        this.#at += 1;
        break;
      }
      if (char === '}') break;
      if (char === ',' || /\s/.test(char)) this.#at += 1;
      else values.push(this.#readValue(depth + 1, false));
    }
    this.#endedOpen = false;
    return values;
  }

  #readBare(isEntry: boolean): Loose {
    const start = this.#at;
    const end = /[,，}\]\n]/g;
    end.lastIndex = start;
    const stop = end.exec(this.#text)?.index ?? this.#text.length;
    // At least one character, so that an array of stray punctuation still moves on.
    this.#at = stop === start && this.#text[start] !== '}' && this.#text[start] !== ']' ? start + 1 : stop;
    this.#endedOpen = stop === this.#text.length;
    const token = this.#text.slice(start, stop).trim();
    if (isEntry && /^\d{1,3}$/.test(token)) {
      FRACTION_AFTER_COMMA.lastIndex = stop;
      const fraction = FRACTION_AFTER_COMMA.exec(this.#text)?.[0] ?? '';
      this.#at += fraction.length;
      this.#endedOpen = this.#at === this.#text.length;
      return Number(token + fraction.replace(',', '.'));
    }
    if (NUMBER.test(token)) return Number(token);
    const literal = LITERALS[token.toLowerCase()];
    return literal === undefined ? token : literal;
  }

  #readString(open: string, close: string): string {
    const parts: string[] = [];
    let from = this.#at + 1;
    let at = from;
    for (; at < this.#text.length; at += 1) {
      const char = this.#text[at];
      if (char === '\\') {
        parts.push(this.#text.slice(from, at));
        const [value, length] = readEscape(this.#text, at);
        parts.push(value);
        at += length - 1;
        from = at + 1;
      } else if ((char === close || (open === '“' && char === '"')) && this.#closesString(at + 1)) {
        break;
      }
    }
    parts.push(this.#text.slice(from, at));
    this.#at = at + 1;
    return parts.join('');
  }

  /** A quote ends a string only where something that may follow a string follows it. */
  #closesString(at: number): boolean {
    AFTER_STRING.lastIndex = at;
    const match = AFTER_STRING.exec(this.#text)?.[0];
    if (match === undefined || !/[,，]$/.test(match)) return match !== undefined || this.#startsKey(at);
    AFTER_COMMA.lastIndex = at + match.length;
    return AFTER_COMMA.test(this.#text);
  }

  /** The comma between two entries is missing: a line break and the next key. */
  #startsKey(at: number): boolean {
    SPACE.lastIndex = at;
    const space = SPACE.exec(this.#text)?.[0] ?? '';
    if (!space.includes('\n')) return false;
    NEXT_KEY.lastIndex = at + space.length;
    return NEXT_KEY.test(this.#text);
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    if (SPACE.test(this.#text)) this.#at = SPACE.lastIndex;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }
}

function readEscape(text: string, at: number): [value: string, length: number] {
  const char = text[at + 1];
  if (char === undefined) return ['\\', 1];
  const unicode = char === 'u' ? /^[0-9a-f]{4}$/i.exec(text.slice(at + 2, at + 6))?.[0] : undefined;
  if (unicode !== undefined) return [String.fromCharCode(Number.parseInt(unicode, 16)), 6];
  if ('"\'\\/'.includes(char)) return [char, 2];
  // An unknown escape, e.g. the path `C:\data`, is kept as written.
  return [ESCAPES[char] ?? `\\${char}`, 2];
}
