// Says what a WebAssembly module is made of: the bytes of its code by crate, and its largest functions.
// The names are those of a build that nothing has stripped yet, as cargo leaves it in target/client.
// Usage: node scripts/weigh.mjs target/client/wasm32-unknown-unknown/wasm-release/guest.wasm [functions]

import { DATA, readModule } from "./wasm.mjs";

const [file, shown = "40"] = process.argv.slice(2);
if (!file) {
  console.error("Usage: node scripts/weigh.mjs <module.wasm> [functions]");
  process.exit(2);
}

const ESCAPES = { SP: "@", BP: "*", RF: "&", LT: "<", GT: ">", LP: "(", RP: ")", C: "," };

/** A name as one reads it: Rust's older mangling undone; of the newer one, the names that it is made of. */
function readable(name) {
  if (name.startsWith("_R")) {
    const parts = [...name.matchAll(/(?<![A-Za-z])(\d+)_?(?=[a-z_])/g)];
    const read = parts.map((part) => name.slice(part.index + part[0].length).slice(0, Number(part[1])));
    return read.join("::");
  }
  let rest = name.match(/^_ZN(.*)E/)?.[1];
  if (!rest) return name;
  const parts = [];
  for (let length; (length = rest.match(/^\d+/)?.[0]); rest = rest.slice(length.length + Number(length)))
    parts.push(rest.slice(length.length).slice(0, Number(length)));
  return parts
    .filter((part) => !/^h[0-9a-f]{16}$/.test(part))
    .join("::")
    .replaceAll("..", "::")
    .replace(/\$u([0-9a-f]{2})\$/g, (_, code) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\$(SP|BP|RF|LT|GT|LP|RP|C)\$/g, (_, code) => ESCAPES[code])
    .replace(/^_</, "<")
    .replaceAll("::_<", "::<");
}

const module = readModule(file);
const functions = module.functions.map(({ name, bytes }) => ({ size: bytes.length, name: readable(name) }));
const code = functions.reduce((sum, { size }) => sum + size, 0);
const data = module.sections.find(({ id }) => id === DATA)?.bytes.length ?? 0;
const percent = (size) => `${((100 * size) / code).toFixed(1)} %`.padStart(7);
const line = (size, name) => console.log(`${String(size).padStart(9)} ${percent(size)}  ${name}`);

/** The crate of a function: the first that its name mentions, that of a type before that of its trait. */
const crateOf = (name) => name.match(/[a-z_][a-z0-9_]*(?=::)/)?.[0] ?? "others";

const by = (key) => {
  const sums = new Map();
  for (const { size, name } of functions) sums.set(key(name), (sums.get(key(name)) ?? 0) + size);
  return [...sums].sort((a, b) => b[1] - a[1]);
};

console.log(`${code} bytes of code in ${functions.length} functions, ${data} of data\n\nBy crate`);
for (const [crate, size] of by(crateOf).slice(0, 20)) line(size, crate);
console.log("\nBy what it does");
/** The last word of a name, without the closures inside. */
const verb = (name) => name.replaceAll(/(::_)?\{\{[a-z.]*\}\}/g, "").match(/[A-Za-z_0-9]+$/)?.[0] ?? name;
for (const [what, size] of by(verb).slice(0, 25)) line(size, what);
console.log("\nLargest functions");
for (const { size, name } of functions.sort((a, b) => b.size - a.size).slice(0, Number(shown))) line(size, name.slice(0, 160));
