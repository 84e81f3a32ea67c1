import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Annotations } from "../../src/core/annotations.js";
import { captionAnnotation, type DataTraits, type ModelDefinition } from "../../src/core/index.js";
import {
  arraySet,
  binarise,
  dataSpecOf,
  dataTraits,
  type ImageSet,
  loadDataset,
  readImages,
} from "../../src/data/index.js";
import { vae } from "../../src/models/index.js";
import { type Device, openDevice } from "../../src/runtime/index.js";
import { checkModel } from "./check-model.js";
import { type GivenPart, given, partOf } from "./part-of.js";
import { toyAnnotated } from "./toy-annotated.testing.js";
import { toyGan } from "./toy-gan.testing.js";
import { toyPrior, toyProbe } from "./toy-parts.testing.js";
import { toyPhases } from "./toy-phases.testing.js";

let device: Device;
let digits: ImageSet;
let traits: DataTraits;

beforeAll(async () => {
  device = await openDevice({ host: "inline" });
  digits = await annotated(binarise(await loadDataset("digits"), { mode: "fixed", seed: 0 }));
  traits = dataTraits(dataSpecOf(digits));
});

afterAll(() => device.close());

/** Images with every annotation: the class of a digit, two attributes of it, and a caption. */
async function annotated(images: ImageSet): Promise<ImageSet> {
  const first = Array.from({ length: 100 }, (_, index) => index);
  const { pixelsUnit, ...shape } = await readImages(images, first);
  const classes = images.annotations?.class as NonNullable<Annotations["class"]>;
  const values = classes.values.slice(0, first.length);
  const holds = (digit: number) => [digit % 2, Number(digit > 4)];
  const captions = Array.from(values, (digit) =>
    digit > 4 ? `a large ${classes.names[digit]}` : `${classes.names[digit]}`,
  );
  const annotations: Annotations = {
    class: { names: classes.names, values },
    attributes: {
      names: ["odd", "large"],
      values: Float32Array.from(Array.from(values, holds).flat()),
    },
    caption: captionAnnotation(captions),
  };
  const { name, source, split } = images;
  return arraySet({ ...shape, name, source, split, levels: 2, annotations }, pixelsUnit);
}

const autoencoder = () => partOf("autoencoder", vae, traits, { hidden: [8], latent: 2 });

/** Checks a toy that is made with a part. */
async function checkWithPart(
  definition: ModelDefinition,
  config: Readonly<Record<string, unknown>>,
  part: GivenPart,
) {
  const subject = { definition, config, images: digits, device };
  return checkModel({ ...subject, ...given(definition, config, traits, part) });
}

test("toy-gan keeps the contract, interrupted before, at and after each turn of its steps", async () => {
  const subject = { definition: toyGan, images: digits, device, budget: 7, stops: [2, 3, 4] };
  expect(await checkModel(subject)).toEqual([]);
});

test.each([0.5, 0.25])(
  "toy-phases keeps the contract, interrupted in each phase and at the boundary, with a share of %d",
  async (share) => {
    const stops = [1, 2, 3, 4, 5, 6, 7];
    const config = { share };
    const subject = { definition: toyPhases, config, images: digits, device, budget: 8, stops };
    expect(await checkModel(subject)).toEqual([]);
  },
);

describe("toy-annotated keeps the contract", () => {
  test.each(
    ["class", "attributes", "caption"].flatMap((reads) => [
      { reads, driven: false },
      { reads, driven: true },
    ]),
  )("with %j", async (config) => {
    const subject = { definition: toyAnnotated, config, images: digits, device };
    expect(await checkModel(subject)).toEqual([]);
  });
});

describe("a toy with a part keeps the contract", () => {
  test.each([{ driven: false }, { driven: true }])("toy-prior with %j", async (config) => {
    expect(await checkWithPart(toyPrior, config, await autoencoder())).toEqual([]);
  });

  test.each([{ tune: false }, { tune: true }])("toy-probe of toy-gan with %j", async (config) => {
    const part = await partOf("encoder", toyGan, traits);
    expect(await checkWithPart(toyProbe, config, part)).toEqual([]);
  });

  test.each([{ tune: false }, { tune: true }])(
    "toy-probe of toy-prior, which has a part of its own, with %j",
    async (config) => {
      const nested = await partOf("encoder", toyPrior, traits, {}, await autoencoder());
      expect(await checkWithPart(toyProbe, config, nested)).toEqual([]);
    },
  );
});
