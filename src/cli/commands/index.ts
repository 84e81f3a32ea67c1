import type { Command } from "commander";

/** A command before it is loaded: its entry in the overview, and how to load the rest. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the function that adds the command's arguments, options and action. */
  load(): Promise<(command: Command) => void>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: "models",
    summary: "list the models and what each can do",
    load: async () => (await import("./models.js")).models,
  },
  {
    name: "explain",
    summary: "describe a model's factorisation, independence assumptions and free parameters",
    load: async () => (await import("./explain.js")).explain,
  },
  {
    name: "data",
    summary: "list the data sets, or fetch one",
    load: async () => (await import("./data.js")).data,
  },
  {
    name: "train",
    summary: "train a model, or resume a run",
    load: async () => (await import("./train.js")).train,
  },
  {
    name: "sample",
    summary: "draw new images",
    load: async () => (await import("./sample.js")).sample,
  },
  {
    name: "rank",
    summary: "which captions fit an image, which images a caption, and how often that is right",
    load: async () => (await import("./rank.js")).rank,
  },
  {
    name: "score",
    summary: "score how improbable each image is, in nats and bits/dim",
    load: async () => (await import("./score.js")).score,
  },
  {
    name: "classify",
    summary: "the class of each image: accuracy, confusions and calibration",
    load: async () => (await import("./classify.js")).classify,
  },
  {
    name: "finetune",
    summary: "what a run's codes are worth to a classifier with few labels",
    load: async () => (await import("./finetune.js")).finetune,
  },
  {
    name: "evaluate",
    summary: "compare images with real ones: fidelity, diversity and copying",
    load: async () => (await import("./evaluate.js")).evaluate,
  },
  {
    name: "compare",
    summary: "set runs side by side: quality, likelihood and cost, and a row of samples of each",
    load: async () => (await import("./compare.js")).compare,
  },
  {
    name: "curves",
    summary: "how a metric of runs changed as they were trained, as a picture",
    load: async () => (await import("./curves.js")).curves,
  },
  {
    name: "neighbours",
    summary: "samples beside the training images nearest to them",
    load: async () => (await import("./neighbours.js")).neighbours,
  },
  {
    name: "plane",
    summary: "what a model has learned of a density in the plane: modes, divergence, discriminator",
    load: async () => (await import("./plane.js")).plane,
  },
  {
    name: "complete",
    summary: "fill in hidden parts of images",
    load: async () => (await import("./complete.js")).complete,
  },
  {
    name: "anomaly",
    summary: "measure how well scores detect anomalous images: AUROC and histograms",
    load: async () => (await import("./anomaly.js")).anomaly,
  },
  {
    name: "reconstruct",
    summary: "encode and decode images",
    load: async () => (await import("./reconstruct.js")).reconstruct,
  },
  {
    name: "denoise",
    summary: "remove the noise of images, or of images that it damages to measure the repair",
    load: async () => (await import("./denoise.js")).denoise,
  },
  {
    name: "translate",
    summary: "turn images into those of another domain, or with other attributes",
    load: async () => (await import("./translate.js")).translate,
  },
  {
    name: "assemble",
    summary: "whole images from pieces of them, and puzzles put together",
    load: async () => (await import("./assemble.js")).assemble,
  },
  {
    name: "latent",
    summary: "the codes of images, as a picture in the plane or as an array",
    load: async () => (await import("./latent.js")).latent,
  },
  {
    name: "interpolate",
    summary: "decode images between two images",
    load: async () => (await import("./interpolate.js")).interpolate,
  },
  {
    name: "traverse",
    summary: "show what each number of the code changes",
    load: async () => (await import("./traverse.js")).traverse,
  },
  {
    name: "prior",
    summary: "compare the codes of images with the prior: a test, and a picture",
    load: async () => (await import("./prior.js")).prior,
  },
  {
    name: "tokenise",
    summary: "turn images into tokens of a codebook, and measure how these use it",
    load: async () => (await import("./tokenise.js")).tokenise,
  },
  {
    name: "detokenise",
    summary: "turn tokens into images",
    load: async () => (await import("./detokenise.js")).detokenise,
  },
  {
    name: "arithmetic",
    summary: "add an attribute or class to images, as the difference of mean codes",
    load: async () => (await import("./arithmetic.js")).arithmetic,
  },
  {
    name: "chain",
    summary: "show the states of the Markov chains that a model samples with",
    load: async () => (await import("./chain.js")).chain,
  },
  {
    name: "filters",
    summary: "show the patterns that a model's units respond to",
    load: async () => (await import("./filters.js")).filters,
  },
  {
    name: "export",
    summary: "write ONNX files, weights and a model card",
    load: async () => (await import("./export.js")).exportRun,
  },
  {
    name: "studio",
    summary: "see models learn in a page: lessons, training, and what runs can do",
    load: async () => (await import("./studio.js")).studio,
  },
  {
    name: "doctor",
    summary: "what computes on this machine, what is missing, and how to get it",
    load: async () => (await import("./doctor.js")).doctor,
  },
];
