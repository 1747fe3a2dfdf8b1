// Reads QR codes as a phone would: from the pixels of a picture.
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

/** What the one code in a PNG file says. */
export function scan(file: Buffer): string {
  const { data, width, height } = PNG.sync.read(file);
  // The package is older than modules: its function is the module or its default.
  const read = ((jsqr as unknown as { default?: typeof jsqr }).default ?? jsqr) as unknown as (
    pixels: Uint8ClampedArray,
    width: number,
    height: number,
  ) => { data: string } | null;
  const found = read(new Uint8ClampedArray(data), width, height);
  if (!found) throw new Error(`no QR code in a picture of ${width} × ${height} pixels`);
  return found.data;
}
