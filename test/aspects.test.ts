import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluationReport } from "../src/cli/evaluation-report.js";
import { decodeCaption } from "../src/core/text.js";
import { type ImageSet, readImages } from "../src/data/image-set.js";
import { loadDataset, writeNpy } from "../src/data/index.js";
import { wilsonInterval } from "../src/metrics/wilson.js";
import { findModel } from "../src/models/registry.js";
import { type EvaluateOptions, type Evaluation, evaluate, trainRun } from "../src/runs/index.js";
import { stream } from "../src/runtime/random.js";
import { toyPainter } from "./toy-painter.testing.js";

/*
 * The metric `aspects` on real images of scenes-digits with captions that are their own, shuffled, or changed
 * in one slot, and on a toy that paints what captions ask.
 */

const COUNT = 300;
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const SLOTS = ["digit", "colour", "stroke", "slant", "place"] as const;

let folder: string;
let set: ImageSet;
let captions: string[];
const at = (name: string) => join(folder, name);

const options = {
  host: "inline",
  threads: 1,
  metrics: ["aspects"],
  count: COUNT,
  findModel: (id: string) => (id === toyPainter.id ? toyPainter : findModel(id)),
} as const;

async function judge(reference: string, more: EvaluateOptions = {}): Promise<Evaluation> {
  const [found] = await evaluate([reference], { ...options, ...more });
  return found;
}

const judgeFile = (file: string, prompts: readonly string[]) =>
  judge(at(file), { real: "scenes-digits", prompts });

/** Accuracies by slot, and of all slots. */
const rights = ({ figures }: Evaluation) =>
  Object.fromEntries(figures.map(({ figure, value }) => [figure.replace(" right", ""), value]));

async function figment(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder });
  const ended = new Promise<number | null>((settle) => child.on("close", settle));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "figment-aspects-"));
  set = await loadDataset("scenes-digits", { split: "test" });
  const { pixelsUnit } = await readImages(
    set,
    Array.from({ length: COUNT }, (_, image) => image),
  );
  const { values, length, vocabulary } = set.annotations!.caption!;
  captions = Array.from({ length: COUNT }, (_, image) =>
    decodeCaption(values.subarray(image * length, (image + 1) * length), { vocabulary }),
  );
  const shape = [COUNT, 3, 32, 32];
  await writeNpy(at("real.npy"), pixelsUnit, shape);
  await writeNpy(at("blank.npy"), new Float32Array(pixelsUnit.length).fill(0.05), shape);
  const noise = new Float32Array(pixelsUnit.length);
  stream(1, "noise").normal(noise);
  await writeNpy(
    at("noise.npy"),
    noise.map(Math.abs).map((value) => Math.min(1, value)),
    shape,
  );
  await writeFile(at("captions.txt"), captions.join("\n"));
  await writeFile(at("few.txt"), captions.slice(1).join("\n"));
  await writeFile(
    at("other.txt"),
    captions.map((own, image) => (image === 7 ? "a blue sky" : own)).join("\n"),
  );
  for (const ignores of ["nothing", "stroke"] as const) {
    await trainRun({
      ...options,
      model: toyPainter,
      config: { ignores },
      data: await loadDataset("scenes-digits:count=64"),
      training: { steps: 1, batchSize: 8 },
      out: at(ignores),
    });
  }
  await trainRun({
    ...options,
    model: "gaussian",
    config: { covariance: "diagonal" },
    data: await loadDataset("scenes-digits:count=64"),
    out: at("gaussian"),
  });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("images with captions", () => {
  let own: Readonly<Record<string, number>>;
  beforeAll(async () => {
    own = rights(await judgeFile("real.npy", captions));
  }, 60_000);

  test("pass where these are their own, but for the digits that the judge misreads", () => {
    for (const slot of SLOTS.slice(1)) expect(own[slot]).toBeGreaterThan(0.98);
    expect(own.digit).toBeGreaterThan(0.75);
    expect(own["all slots"]).toBeGreaterThan(own.digit - 0.03);
  });

  test("fall to chance where these are shuffled", async () => {
    const order = stream(3, "shuffle").permutation(COUNT);
    const shuffled = rights(
      await judgeFile(
        "real.npy",
        [...order].map((from) => captions[from]),
      ),
    );
    const chances = { digit: 1 / 10, colour: 1 / 8, stroke: 1 / 2, slant: 1 / 2, place: 1 / 5 };
    for (const [slot, chance] of Object.entries(chances)) {
      const error = Math.sqrt((chance * (1 - chance)) / COUNT);
      expect(Math.abs(shuffled[slot] - chance), slot).toBeLessThan(4 * error);
    }
    expect(shuffled["all slots"]).toBeLessThan(0.03);
  });

  /** The next of some words in place of the one that a caption has. */
  const turned = (caption: string, words: readonly string[]) => {
    const here = words.findIndex((word) => caption.includes(word));
    return caption.replace(words[here], words[(here + 1) % words.length]);
  };
  const names = (first: number, count: number) =>
    set.annotations!.attributes!.names.slice(first, first + count);
  const changes: Readonly<Record<(typeof SLOTS)[number], (caption: string) => string>> = {
    digit: (caption) => turned(caption, names(0, 10)),
    colour: (caption) => turned(caption, names(10, 8)),
    stroke: (caption) => turned(caption, names(18, 2)),
    slant: (caption) =>
      caption.includes("slanted ")
        ? caption.replace("slanted ", "")
        : caption.replace(/thin |thick /, "$&slanted "),
    place: (caption) => turned(caption, names(22, 5)),
  };

  test.each(SLOTS)("fail in the slot %s alone where these differ in it", async (slot) => {
    const found = rights(await judgeFile("real.npy", captions.map(changes[slot])));
    expect(found[slot]).toBeLessThan(slot === "digit" ? 0.1 : 0.02);
    for (const other of SLOTS) if (other !== slot) expect(found[other]).toBe(own[other]);
    expect(found["all slots"]).toBeLessThan(slot === "digit" ? 0.1 : 0.02);
  });

  test.each(["blank.npy", "noise.npy"])("are wrong in every slot: %s", async (file) => {
    expect(Object.values(rights(await judgeFile(file, captions)))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("a run", () => {
  test("is judged by what it draws from the captions of the real images", async () => {
    const found = await judge(at("nothing"), { seed: 5 });
    const { figures, protocol } = found;
    for (const { figure, value, floor, interval } of figures) {
      expect(interval, figure).toEqual(wilsonInterval(Math.round(value * COUNT), COUNT));
      // It paints images of the split that is compared with.
      expect(Math.abs(value - (floor ?? Number.NaN)), figure).toBeLessThan(0.1);
    }
    expect(protocol.conditions).toBe("caption of real images (scenes-digits:count=64, test)");
    expect(protocol.judges).toMatch(/^colour, .* by pixels; digit by zoo:classifier-scenes \(sha/);
    expect(protocol).not.toHaveProperty("extractor");
    const report = evaluationReport(found);
    expect(report).toMatch(/value +95 % interval +floor/);
    expect(report).toMatch(/place right +\S+ +\S+ to \S+ +\S+/);
    expect(report).toMatch(/all slots right/);
    expect(report).toMatch(/! read aspects against their floor/);
  });

  test("that ignores a word fails where this is asked, and nowhere else", async () => {
    const [all, thin] = [await judge(at("nothing")), await judge(at("stroke"))].map(rights);
    expect(thin.stroke).toBeGreaterThan(0.4);
    expect(thin.stroke).toBeLessThan(0.6);
    for (const slot of ["colour", "slant", "place"]) expect(thin[slot]).toBeGreaterThan(0.97);
    expect(all.stroke).toBeGreaterThan(0.98);
  });

  test("can be asked for combinations of training, and be drawn several times", async () => {
    // The toy has images of the test split only, and paints nothing for other captions.
    const seen = await judge(at("nothing"), { split: "test-seen" });
    expect(rights(seen).place).toBe(0);
    expect(seen.protocol.split).toBe("test-seen");
    const twice = await judge(at("nothing"), { repeat: 2 });
    for (const { draws } of twice.figures) expect(draws?.values).toHaveLength(2);
  });

  test("is drawn from the usual captions for other metrics, whatever stands beside them", async () => {
    const more = { extractor: "pixels", count: 60 } as const;
    const alone = await judge(at("nothing"), { ...more, metrics: ["prdc"] });
    const both = await judge(at("nothing"), { ...more, metrics: ["prdc", "aspects"] });
    const prdc = (found: Evaluation) => found.figures.filter(({ metric }) => metric === "prdc");
    expect(prdc(both)).toEqual(prdc(alone));
    expect(both.protocol.conditions).toMatch(
      /^prdc: caption of real images \(.*, train\); aspects: caption of real images \(.*, test\)$/,
    );
  });
});

describe("an error comes before any image is drawn:", () => {
  const real = "scenes-digits";
  const cases: readonly (readonly [string, string, EvaluateOptions, RegExp])[] = [
    [
      "data without judges",
      "real.npy",
      { real: "digits", channels: 3, resize: true },
      /\(scenes, scenes-digits, shapes\); digits has none/,
    ],
    ["grey images", "real.npy", { real, channels: 1 }, /take images of 3×32×32.*these are 1×32×32/],
    [
      "a run without captions",
      "gaussian",
      {},
      /draws from captions or attributes; .*gaussian draws from nothing/,
    ],
    ["images without captions", "real.npy", { real }, /--prompts/],
    [
      "captions that are too few",
      "real.npy",
      { real, prompts: ["a thin red one, centre"] },
      /1 captions for 300 images/,
    ],
    [
      "captions of other data",
      "real.npy",
      { real: "shapes", prompts: Array(COUNT).fill("a thin red one, centre") },
      /no judge knows.*"a thin red one, centre".*"a small red circle/,
    ],
    ["prompts for a run", "nothing", { prompts: ["x"] }, /is a run, which draws from the captions/],
    ["words that a run does not know", "nothing", { real: "shapes" }, /do not have the words/],
    [
      "no such split",
      "real.npy",
      { real: "digits", split: "test-seen" },
      /no split "test-seen"|train and test/,
    ],
  ];
  test.each(cases)("%s", async (_, reference, more, message) => {
    const onProgress = () => {
      throw new Error("work began");
    };
    await expect(judge(at(reference), { onProgress, ...more })).rejects.toThrow(message);
  });
});

describe("the command", () => {
  const args = ["--real", "scenes-digits", "--metrics", "aspects", "-n", String(COUNT)];

  test("judges a file of images by a file of captions", async () => {
    const command = ["evaluate", "real.npy", "--prompts", "captions.txt", ...args, "--json"];
    const { code, stdout } = await figment(...command);
    expect(code).toBe(0);
    const { evaluations } = JSON.parse(stdout);
    const direct = await judgeFile("real.npy", captions);
    expect(evaluations[0].figures).toEqual(direct.figures);
    expect(evaluations[0].protocol.conditions).toBe("captions of the images");
  }, 60_000);

  test("refuses captions that are too few or ask other things", async () => {
    const few = await figment("evaluate", "real.npy", "--prompts", "few.txt", ...args);
    expect(few.stderr).toMatch(/299 captions for 300 images; one per image is needed/);
    const other = await figment("evaluate", "real.npy", "--prompts", "other.txt", ...args);
    expect(other.stderr).toMatch(/no judge knows what the caption "a blue sky" asks.*"a thin red/);
    expect([few.code, other.code]).not.toContain(0);
  }, 60_000);
});
