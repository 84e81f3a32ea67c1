import sharp from "sharp";
import { readdirSync, statSync } from "node:fs";
let total = 0;
for (const f of readdirSync("/tmp/shots")) {
  const out = `docs/studio/${f.replace(".png", ".webp")}`;
  const p = sharp(`/tmp/shots/${f}`);
  const { width } = await p.metadata();
  await p.resize({ width: Math.round(0.65 * width) }).webp({ quality: 50 }).toFile(out);
  total += statSync(out).size;
}
console.log("total", total);
