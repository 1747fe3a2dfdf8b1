// Lists all parts of Headcount as CycloneDX 1.5, for whoever looks for known faults in them.
//
//   node scripts/sbom.mjs Cargo.lock server.json clients.json > sbom.cdx.json
import { readFileSync } from 'node:fs';

import { crates } from './crates.mjs';

const [lock, ...files] = process.argv.slice(2);
const found = crates(files);
const sums = new Map(
  readFileSync(lock, 'utf8')
    .split('[[package]]')
    .map((entry) => ['name', 'version', 'checksum'].map((key) => entry.match(new RegExp(`^${key} = "(.*)"$`, 'm'))?.[1]))
    .map(([name, version, sum]) => [`${name} ${version}`, sum]),
);

const purl = (crate) => `pkg:cargo/${crate.name}@${crate.version}`;
const byName = (one, other) => (one['bom-ref'] ?? one.ref).localeCompare(other['bom-ref'] ?? other.ref);
const component = (crate, type) => {
  const sum = sums.get(`${crate.name} ${crate.version}`);
  return {
    type,
    'bom-ref': purl(crate),
    name: crate.name,
    version: crate.version,
    purl: purl(crate),
    // Crates of long ago wrote a slash where SPDX has OR.
    ...(crate.license && { licenses: [{ expression: crate.license.replaceAll('/', ' OR ') }] }),
    ...(sum && { hashes: [{ alg: 'SHA-256', content: sum }] }),
    ...(crate.repository && { externalReferences: [{ type: 'vcs', url: crate.repository }] }),
  };
};

const all = [[found.root.id, found.root], ...found.crates];
const name = (id) => purl(new Map(all).get(id));
const parts = {
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: component(found.root, 'application') },
  components: [...found.crates.values()].map((crate) => component(crate, 'library')).sort(byName),
  dependencies: all
    .map(([id, crate]) => ({ ref: purl(crate), dependsOn: [...(found.uses.get(id) ?? [])].map(name).sort() }))
    .sort(byName),
};
process.stdout.write(`${JSON.stringify(parts, null, 1)}\n`);
