/**
 * Measures the studio's static page in Chromium, on loopback: how soon something moves, how much is loaded before,
 * how smoothly the page goes while a lesson trains, and how soon its models learn. Needs `npm run studio:build`.
 *
 *   npx tsx bench/studio.ts               prints the table
 *   npx tsx bench/studio.ts --write       and puts it into docs/studio.md
 *   npx tsx bench/studio.ts --only vae    traces these lessons only (comma-separated)
 */
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { table } from "../scripts/table.js";
import { lessonIds } from "../src/studio/lessons/order.js";
import { launch } from "../test/chromium.js";
import { serveSite } from "../test/studio/tab.js";
import { recognisedAfter, secondsToEightModes } from "./studio/learning.js";
import { loadOf } from "./studio/load.js";
import { smoothnessOf } from "./studio/smoothness.js";

const PAGE = fileURLToPath(new URL("../docs/studio.md", import.meta.url));
const [BEGIN, END] = ["<!-- studio: begin -->", "<!-- studio: end -->"];
const SEEDS = [0, 1, 2];
/** Seconds after which the VAE's draws are judged. */
const SECONDS = 10;

const { values } = parseArgs({
  options: { write: { type: "boolean", default: false }, only: { type: "string" } },
});
const chosen = values.only?.split(",") ?? lessonIds;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const modeText = (found: number | undefined): string =>
  found === undefined ? "not within 60 s" : `${found.toFixed(1)} s`;

const site = await serveSite();
const browser = await launch();
try {
  const version = browser.version();
  const load = await loadOf(browser, site.url);
  const smooth = [];
  for (const id of chosen) smooth.push(await smoothnessOf(browser, `${site.url}?lesson=${id}`, id));
  const modes = [];
  for (const seed of SEEDS) modes.push(await secondsToEightModes(browser, site.url, seed));
  const vae = await recognisedAfter(browser, site.url, SEEDS, SECONDS);

  const facts = table(
    ["what", "asked", "measured"],
    [
      [
        `from opening the VAE's lesson to its model's first step, ${load.motionMs.length} tries`,
        "≤ 2 s",
        load.motionMs.map(seconds).join(", "),
      ],
      ["script before a lesson is opened", "≤ 1.5 MB", megabytes(load.listBytes)],
      ["script once a lesson trains, its worker's included", "–", megabytes(load.lessonBytes)],
      ["ONNX Runtime's WebAssembly", "stated", megabytes(load.wasmBytes)],
      [
        `GAN on \`ring\`: 8 modes, seeds ${SEEDS.join(", ")}`,
        "≤ 60 s",
        modes.map(modeText).join(", "),
      ],
      [
        `VAE, ${SECONDS} s after opening: digits among its ${vae.drawn} draws, seeds ${SEEDS.join(", ")}, by \`zoo:classifier-mnist\``,
        `recognisable; of real digits ${percent(vae.real)} are`,
        percent(vae.recognised),
      ],
    ],
  );
  const tasks = table(
    ["lesson", "frames a second", "longest task", "tasks over 50 ms", "spent in it"],
    smooth.map(({ id, framesPerSecond, longestMs, over, cause }) => [
      id,
      framesPerSecond.toFixed(0),
      `${longestMs.toFixed(0)} ms`,
      String(over),
      cause,
    ]),
  );
  const where = `Chromium ${version}, ${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}; by \`npx tsx bench/studio.ts --write\`.`;
  const text = [where, facts, tasks].join("\n\n");
  console.log(text);
  if (values.write) await put(text);
} finally {
  await browser.close();
  await site.close();
}

async function put(text: string): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE} has no place for the table`);
  await writeFile(PAGE, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}
