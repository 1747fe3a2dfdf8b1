// Reads a WebAssembly module: its sections, and the names and bytes of its functions.

import { readFileSync } from "node:fs";

const CODE = 10;
export const DATA = 11;
const CUSTOM = 0;
const IMPORT = 2;
const FUNCTION_NAMES = 1;
const FUNCTION = 0;
const TABLE = 1;
const GLOBAL = 3;

/** A cursor over bytes. */
class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }

  get more() {
    return this.at < this.end;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  /** The next bytes, after their number. */
  part() {
    const length = this.number();
    this.at += length;
    return new Reader(this.bytes, this.at - length, this.at);
  }

  text() {
    const { at, end } = this.part();
    return this.bytes.toString("utf8", at, end);
  }

  rest() {
    return this.bytes.subarray(this.at, this.end);
  }
}

/** How many functions a module imports: they are counted before its own. */
function importedFunctions(section) {
  let functions = 0;
  for (let left = section.number(); left > 0; left--) {
    section.text();
    section.text();
    const kind = section.byte();
    if (kind === FUNCTION) {
      functions++;
      section.number();
    } else if (kind === GLOBAL) section.at += 2;
    else {
      if (kind === TABLE) section.byte();
      const hasMaximum = section.byte() & 1;
      section.number();
      if (hasMaximum) section.number();
    }
  }
  return functions;
}

/** The sections of a module, as `{ id, bytes }`, and its functions, as `{ name, bytes }`, in their order. */
export function readModule(file) {
  const module = new Reader(readFileSync(file), 8);
  const sections = [];
  const names = new Map();
  const bodies = [];
  let imported = 0;
  while (module.more) {
    const id = module.byte();
    const section = module.part();
    sections.push({ id, bytes: section.rest() });
    if (id === IMPORT) imported = importedFunctions(section);
    else if (id === CODE) for (let left = section.number(); left > 0; left--) bodies.push(section.part().rest());
    else if (id === CUSTOM && section.text() === "name") {
      while (section.more) {
        const kind = section.byte();
        const part = section.part();
        if (kind === FUNCTION_NAMES) for (let left = part.number(); left > 0; left--) names.set(part.number(), part.text());
      }
    }
  }
  return { sections, functions: bodies.map((bytes, n) => ({ name: names.get(n + imported) ?? "?", bytes })) };
}
