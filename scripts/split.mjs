// Gives the files of a split client a folder whose name is a hash of all of them, so that browsers may keep them for
// ever, and writes into its manifest which there are: script, WebAssembly, and what each part consists of.
// Usage: node scripts/split.mjs <folder of the client, with index.html and parts/>

import { createHash } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";

const into = process.argv[2];
const parts = join(into, "parts");
const files = readdirSync(parts).sort();
const bytes = (file) => readFileSync(join(parts, file));

const all = createHash("sha256");
for (const file of files) all.update(file).update(bytes(file));
const folder = all.digest("hex").slice(0, 16);

// The loader names what each part waits for:
// export const __wasm_split_load_members = wrapAsyncCb(makeLoad(() => {… "./split_members.wasm" …}, [__chunk_4, …]));
const loader = bytes("__wasm_split.js").toString();
const loads = /(?:const __(chunk_\d+) = makeLoad|const __wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad)[^"]*"\.\/([^"]+)"[^[]*\[([^\]]*)\]/g;
const chunks = new Map();
const needs = new Map();
for (const [, chunk, part, file, waits] of loader.matchAll(loads)) {
  if (chunk) chunks.set(`__${chunk}`, file);
  else needs.set(part, { file, waits: waits.split(",").map((name) => name.trim()).filter(Boolean) });
}
const partsOf = new Map();
for (const [part, { file, waits }] of needs)
  for (const needed of [file, ...waits.map((name) => chunks.get(name))]) partsOf.set(needed, [...(partsOf.get(needed) ?? []), part]);
const unnamed = files.filter((file) => file.endsWith(".wasm") && file !== "console_bg.wasm" && !partsOf.has(file));
if (!needs.size || partsOf.has(undefined) || unnamed.length) {
  console.error(`__wasm_split.js does not say what ${unnamed.join(", ") || "the parts"} belong to.`);
  process.exit(1);
}

const client = basename(into);
const at = (file) => `/pkg/${client}/${folder}/${file}`;
const integrity = `sha384-${createHash("sha384").update(bytes("console_bg.wasm")).digest("base64")}`;
const links = [
  `<link rel="modulepreload" href="${at("console.js")}">`,
  `<link rel="preload" href="${at("console_bg.wasm")}" integrity="${integrity}" as="fetch" type="application/wasm">`,
  ...[...partsOf].map(([file, named]) => `<link rel="prefetch" href="${at(file)}" data-parts="${named.join(",")}">`),
];
renameSync(parts, join(into, folder));
appendFileSync(join(into, "index.html"), `${links.join("\n")}\n`);
