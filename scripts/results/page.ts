import { duration, figure, integer } from "../../src/cli/format.js";
import type { JudgedFigure } from "../../src/runs/index.js";
import { table } from "../table.js";
import type { Fooled, Judged, Result, ResultsDocument } from "./document.js";

/** The results page, from nothing but the document. */
export function resultsPage({ models, fooled }: ResultsDocument): string {
  return `${[
    "# Results",
    "<!-- Generated from docs/results.json by npm run docs. Do not edit. -->",
    "`npm run results` takes the runs that ship with Figment, trains those that do not, evaluates them one by one and writes [results.json](results.json), from which this page is made. Stopped, it continues where it was. [metrics.md](metrics.md) says what each figure means and what it cannot see.",
    ...sampleSections(
      "MNIST",
      models.filter(({ data }) => data === undefined),
    ),
    ...sampleSections(
      "Fashion-MNIST",
      models.filter(({ data }) => data === "fashion-mnist"),
    ),
    ...(models.length === 0 ? [] : modelSections(models)),
    ...(fooled.length === 0 ? [] : fooledSections(fooled)),
  ].join("\n\n")}\n`;
}

function sampleSections(title: string, models: readonly Result[]): string[] {
  if (models.length === 0) return [];
  const [{ evaluation }] = models;
  const { protocol } = evaluation;
  return [
    `## ${title}: samples`,
    `Each model draws ${number(protocol["generated images"])} images, each pixel drawn, which are compared with ${number(protocol["real images"])} test images as the run saw its own: binarised where it was. In brackets is the 95 % interval over the choice of images, and below each figure its floor: as many training images in place of the generated ones. Extractor: \`${protocol.extractor}\`, ${protocol.features}, sha256 ${String(protocol["extractor sha256"]).slice(0, 12)}…; resize: ${protocol.resize}; quantisation: ${protocol.quantisation}; seed ${protocol.seed}; Figment ${protocol.version}.`,
    table(
      ["model", "Fréchet distance", "precision", "recall", "density", "coverage"],
      models.map(({ name, evaluation }) => [
        name,
        ...["Fréchet distance", "precision", "recall", "density", "coverage"].map((wanted) =>
          withFloor(evaluation, wanted),
        ),
      ]),
    ),
    `Copying, of 1,000 of the images, among ${protocol["training images searched"]} training images:`,
    table(
      ["model", "copies", "AuthPct", "C_T"],
      models.map(({ name, evaluation }) => [
        name,
        ...["copies", "AuthPct", "C_T"].map((wanted) => withFloor(evaluation, wanted)),
      ]),
    ),
  ];
}

function modelSections(models: readonly Result[]): string[] {
  return [
    "## Likelihood",
    "Nats per image, lower is better. An upper bound or an estimate is not ranked against an exact value, and values of different images (another binarisation, or grey levels, whose density has another unit) not at all. Published values are of other binary draws of the test images.",
    table(
      ["model", "nats", "kind", "scored images", "estimator", "published", "source"],
      models.flatMap(({ name, evaluation, published }) => {
        const nll = found(evaluation, "NLL, nats");
        if (nll === undefined) return [];
        return [
          [
            name,
            withInterval(nll),
            nll.kind ?? "",
            String(evaluation.protocol["scored images"]),
            String(evaluation.protocol.estimator),
            published === undefined ? "–" : `${published.nats} (${published.of})`,
            published?.source ?? "–",
          ],
        ];
      }),
    ),
    "## The runs",
    "Training times are those of the machine that each run was trained on, and its other work.",
    table(
      ["model", "run", "step", "weights", "parameters", "training", "conditions"],
      models.map(({ name, zoo, train = [], evaluation, parameters, trainingSeconds }) => [
        name,
        zoo === undefined ? `\`figment train ${train.join(" ")}\`` : `[zoo:${zoo}](../zoo/${zoo})`,
        number(evaluation.protocol.step),
        String(evaluation.protocol.weights),
        integer(parameters),
        duration(trainingSeconds),
        String(evaluation.protocol.conditions ?? "–"),
      ]),
    ),
  ];
}

function fooledSections(fooled: readonly Fooled[]): string[] {
  const [{ evaluation }] = fooled;
  const names = ["Fréchet distance", "precision", "recall", "copies", "AuthPct", "C_T"];
  const parzen = "Parzen log-likelihood";
  const all = [...names, parzen];
  const { protocol } = evaluation;
  return [
    "## What fools a metric",
    `Sets that are no good, against ${number(protocol["real images"])} grey test images. Copies of training images have the distance and the precision of fresh real images, or better ones; only copies, AuthPct and C_T catch them. Parzen windows prefer blurred means to real images: the floor, which is that of real training images, is worse.`,
    table(
      ["set", ...all],
      [
        ...fooled.map(({ name, evaluation: one }) => [
          name,
          ...all.map((wanted) => {
            const hit = found(one, wanted);
            return hit === undefined ? "–" : withInterval(hit);
          }),
        ]),
        [
          "floor: real images",
          ...all.map((wanted) => {
            const floor = found(evaluation, wanted)?.floor;
            return typeof floor === "number" ? figure(floor) : "–";
          }),
        ],
      ],
    ),
    ...evaluation.cautions.map((caution) => `${caution}.`),
  ];
}

const found = ({ figures }: Judged, wanted: string): JudgedFigure | undefined =>
  figures.find((one) => one.figure === wanted);

function withInterval({ value, interval }: JudgedFigure): string {
  if (interval === undefined) return figure(value);
  return `${figure(value)} (${figure(interval.low)} to ${figure(interval.high)})`;
}

function withFloor(evaluation: Judged, wanted: string): string {
  const hit = found(evaluation, wanted);
  if (hit === undefined) return "–";
  return `${withInterval(hit)}<br>floor ${hit.floor === null ? "–" : figure(hit.floor)}`;
}

const number = (value: unknown): string =>
  typeof value === "number" ? integer(value) : String(value);
