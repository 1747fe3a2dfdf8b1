// The files in photos/: portraits that are taken, and ones that are not.
import { resolve } from 'node:path';

/** The path of a file in photos/. */
export function photo(name: string): string {
  return resolve(import.meta.dirname, '../photos', name);
}

/** Eight different portraits: exactly enough. H1 */
export const ENOUGH = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => photo(`good-0${n}.jpg`));
