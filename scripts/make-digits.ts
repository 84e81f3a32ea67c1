/**
 * Makes assets/digits from scikit-learn's copy of the UCI digits.
 *
 *   apt-get download python3-sklearn && dpkg -x python3-sklearn_*.deb unpacked
 *   npx tsx scripts/make-digits.ts \
 *     unpacked/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz
 *
 * Made with python3-sklearn 1.2.1+dfsg-1 of Debian 12.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("usage: make-digits.ts digits.csv.gz");
const csv = readFileSync(source);
console.log(`${source}: sha256 ${createHash("sha256").update(csv).digest("hex")}`);

const rows = gunzipSync(csv)
  .toString("ascii")
  .trim()
  .split("\n")
  .map((line) => line.split(",").map(Number));
if (rows.length !== 1797 || rows.some((row) => row.length !== 65))
  throw new Error("not scikit-learn's digits: expected 1,797 rows of 64 pixels and a label");

const dimension = (size: number) => [
  size >>> 24,
  (size >>> 16) & 255,
  (size >>> 8) & 255,
  size & 255,
];
const idx = (dims: readonly number[], values: readonly number[]) =>
  Buffer.from([0, 0, 8, dims.length, ...dims.flatMap(dimension), ...values]);

const files = {
  "digits-images-idx3-ubyte.gz": idx(
    [rows.length, 8, 8],
    rows.flatMap((row) => row.slice(0, 64)),
  ),
  "digits-labels-idx1-ubyte.gz": idx(
    [rows.length],
    rows.map((row) => row[64]!),
  ),
};
for (const [name, bytes] of Object.entries(files))
  writeFileSync(
    new URL(`../assets/digits/${name}`, import.meta.url),
    gzipSync(bytes, { level: 9 }),
  );
