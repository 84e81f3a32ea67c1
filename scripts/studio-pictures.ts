/**
 * Takes the pictures of docs/studio.md: every lesson past its gate in both languages, and the other views. Needs
 * `npm run build && npm run studio:build` and Chromium.
 *
 *   npm run studio:pictures                  all of them
 *   npm run studio:pictures -- gan vae use   those whose names begin so
 *   npm run studio:pictures -- --png FOLDER …  as PNG files in another folder, to look at
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { startStudio } from "../dist/studio/server/start.js";
import { launch } from "../test/chromium.js";
import { serveSite } from "../test/studio/tab.js";
import { shots, takeShot } from "./studio/shots.js";

/** The pictures of docs are small enough to be kept, and large enough to be read. */
const SCALE = 0.65;

const { values, positionals: wanted } = parseArgs({
  options: { png: { type: "string" } },
  allowPositionals: true,
});
const folder = values.png ?? fileURLToPath(new URL("../docs/studio", import.meta.url));
mkdirSync(folder, { recursive: true });

const runs = mkdtempSync(join(tmpdir(), "figment-pictures-"));
const site = await serveSite();
const studio = await startStudio({ port: 0, runs });
const browser = await launch();
try {
  for (const shot of shots) {
    if (wanted.length > 0 && !wanted.some((start) => shot.name.startsWith(start))) continue;
    const address = shot.engine === "page" ? site.url : studio.url;
    for (const { name, png } of await takeShot(browser, address, shot)) {
      const picture = sharp(png);
      const { width } = await picture.metadata();
      const { size } = await (values.png === undefined
        ? picture
            .resize({ width: Math.round(SCALE * width) })
            .webp({ quality: 50 })
            .toFile(join(folder, `${name}.webp`))
        : picture.toFile(join(folder, `${name}.png`)));
      console.log(`${name}: ${Math.round(size / 1000)} kB`);
    }
  }
} finally {
  await browser.close();
  await studio.close();
  await site.close();
  rmSync(runs, { recursive: true, force: true });
}
