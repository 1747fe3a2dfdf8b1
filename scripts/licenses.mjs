// The licenses of everything that goes out with Headcount, from what `cargo metadata` says of the server and of
// the clients: each text once, with the crates that it is of.
//
//   node scripts/licenses.mjs server.json clients.json > THIRD-PARTY-LICENSES.txt
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { crates } from './crates.mjs';

const TEXTS = /^(licen[cs]e|copying|notice|unlicense)/i;

const { crates: parts } = crates(process.argv.slice(2));

const texts = new Map();
const bare = [];
for (const crate of parts.values()) {
  const folder = dirname(crate.manifest_path);
  const files = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isFile() && TEXTS.test(file.name));
  if (files.length === 0) bare.push(crate);
  for (const file of files) {
    const text = readFileSync(join(folder, file.name), 'utf8').replace(/\r\n/g, '\n').trim();
    texts.set(text, [...(texts.get(text) ?? []), crate]);
  }
}

// What is in the program and of no crate: what the face detector and the silhouettes compute with.
for (const [name, version, folder] of [
  ['BlazeFace', '(MediaPipe, short range)', 'faces'],
  ['Selfie segmentation', '(MediaPipe, general)', 'silhouette'],
]) {
  const text = readFileSync(new URL(`../src/studio/${folder}/LICENSE`, import.meta.url), 'utf8').trim();
  texts.set(text, [...(texts.get(text) ?? []), { name, version, license: 'Apache-2.0' }]);
}

const name = (crate) => `${crate.name} ${crate.version} (${crate.license ?? 'see its text'})`;
const line = '='.repeat(80);
const sections = [`Headcount contains the work of others. ${parts.size} crates, by license text.`];
for (const [text, of] of [...texts].sort(([, one], [, other]) => other.length - one.length)) {
  sections.push(`${line}\n${[...new Set(of.map(name))].sort().join('\n')}\n${line}\n\n${text}`);
}
if (bare.length > 0) {
  const rows = bare.map((crate) => `${name(crate)}: ${crate.repository ?? ''} ${crate.authors.join(', ')}`).sort();
  sections.push(`${line}\nThese bring no text of their license along:\n${line}\n\n${rows.join('\n')}`);
}
process.stdout.write(`${sections.join('\n\n')}\n`);
