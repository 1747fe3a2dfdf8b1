// Writes a .br and a .gz next to every file of a folder that has none yet, as small as they
// get, so that the server sends them as they are and compresses nothing while people wait.
// Then reports the size of each client, and fails where one outgrew its budget.
// Usage: node scripts/compress.mjs dist/release [scripts/size-budget.json]

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = process.argv[2] ?? "dist/release";
/**
 * Bytes of script and WebAssembly that each client may have, compressed, and where it comes in parts, those that a page
 * needs at first: "console/members". A twentieth more is still taken.
 */
const budget = process.argv[3] ? JSON.parse(readFileSync(process.argv[3], "utf8")) : {};
const TOLERANCE = 1.05;
const ours = /\.(br|gz)$/;

function compress(file) {
  if (existsSync(`${file}.gz`)) return { raw: statSync(file).size, brotli: statSync(`${file}.br`).size };
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  return { raw: bytes.length, brotli: brotli.length };
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const row = (name, raw, brotli) => `  ${name.padEnd(14)}${raw.padStart(12)}${brotli.padStart(12)}`;

/** Which parts of a client a file belongs to; none for what every page needs. */
function partsOf(client) {
  const manifest = readFileSync(join(dist, client, "index.html"), "utf8");
  const links = manifest.matchAll(/<link rel="prefetch" href="[^"]*\/([^"/]+)" data-parts="([^"]*)">/g);
  return new Map([...links].map(([, file, parts]) => [file, parts.split(",")]));
}

function report(client) {
  const sizes = {};
  const parts = partsOf(client);
  /** What every page needs, and what each part adds. */
  let common = 0;
  const added = {};
  for (const name of readdirSync(join(dist, client), { recursive: true }).sort()) {
    const file = join(dist, client, name);
    if (ours.test(name) || !statSync(file).isFile()) continue;
    const kind = name.split(".").pop();
    const { raw, brotli } = compress(file);
    sizes[kind] ??= { raw: 0, brotli: 0 };
    sizes[kind].raw += raw;
    sizes[kind].brotli += brotli;
    if (!["wasm", "js"].includes(kind)) continue;
    const named = parts.get(basename(name));
    if (!named) common += brotli;
    for (const part of named ?? []) added[part] = (added[part] ?? 0) + brotli;
  }
  for (const kind of ["wasm", "js", "css"]) {
    const { raw, brotli } = sizes[kind] ?? { raw: 0, brotli: 0 };
    console.log(row(`${client} ${kind}`, kilobytes(raw), kilobytes(brotli)));
  }
  if (!parts.size) return judge(client, common);
  for (const [part, more] of Object.entries(added)) {
    console.log(row(`  ${part}`, "at first", kilobytes(common + more)));
    judge(`${client}/${part}`, common + more);
  }
}

function judge(what, code) {
  if (code > budget[what] * TOLERANCE) {
    console.error(`${what} has ${kilobytes(code)} of script and WebAssembly; ${kilobytes(budget[what])} are planned.`);
    console.error("  node scripts/weigh.mjs says what they are for.");
    process.exitCode = 1;
  }
}

console.log(row("", "raw", "brotli"));
for (const entry of readdirSync(dist, { withFileTypes: true })) {
  if (entry.isDirectory() && !entry.name.startsWith(".")) report(entry.name);
}
