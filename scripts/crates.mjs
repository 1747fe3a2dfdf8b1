// The crates that go out with Headcount, from what `cargo metadata` says of the server and of the clients. What
// only tests or the build use does not go out.
import { readFileSync } from 'node:fs';

/** The program itself, its crates by id, and which of them each uses. */
export function crates(files) {
  const found = new Map();
  const uses = new Map();
  let root;
  for (const file of files) {
    const { packages, resolve } = JSON.parse(readFileSync(file, 'utf8'));
    const byId = new Map(packages.map((crate) => [crate.id, crate]));
    const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
    root = byId.get(resolve.root);
    const waiting = [resolve.root];
    for (const id of waiting) {
      const used = nodes.get(id).deps.filter((dep) => dep.dep_kinds.some((kind) => kind.kind === null));
      for (const { pkg } of used) {
        if (!waiting.includes(pkg)) waiting.push(pkg);
        uses.set(id, (uses.get(id) ?? new Set()).add(pkg));
      }
    }
    for (const id of waiting.slice(1)) found.set(id, byId.get(id));
  }
  if (found.size < 100) throw new Error(`only ${found.size} crates were found`);
  return { root, crates: found, uses };
}
