import { compare } from "./compare.en.js";
import { train } from "./train.en.js";
import { use } from "./use.en.js";

/** Every text of the page's frame in English. The other languages have the same keys, or do not compile. */
export const en = {
  title: "Figment Studio",
  skip: "Skip to the content",
  navigation: "Main",
  views: {
    lessons: "Lessons",
    train: "Train",
    use: "Use",
    compare: "Compare",
  },
  language: "Language",
  theme: "Theme",
  themes: { system: "As the system", light: "Light", dark: "Dark" },
  place: {
    label: "Where models train",
    page: "in this page",
    webgpu: "in this page, on the GPU",
    server: "on this machine",
  },
  lessons: {
    heading: "See generative models learn",
    lead: "Each lesson trains a real model while you watch, in this page. Change what matters, break it on purpose, and read why.",
    text: "What happens here",
    controls: "Settings",
    presets: "Try",
    commandLine: "The same on the command line",
    neighbours: "Other lessons",
    next: "Next lesson",
    before: "Lesson before",
  },
  player: {
    label: "Training",
    play: "Train",
    pause: "Pause",
    step: "One step",
    reset: "Start again",
    seed: "Seed",
    speed: "Speed",
    speeds: { slow: "2 steps/s", steady: "20 steps/s", full: "as fast as possible" },
    steps: (step: string, total: string | null) =>
      total === null ? `step ${step}` : `step ${step} of ${total}`,
    rate: (rate: string) => `${rate} images/s`,
    learned: "has learned",
    left: (seconds: string) => `${seconds} s left`,
    status: {
      opening: "preparing",
      paused: "paused",
      running: "training",
      finished: "finished",
      failed: "failed",
    },
  },
  chart: { steps: "step" },
  compare,
  train,
  use,
  families: {
    tabular: "Tables and chains",
    mixture: "Mixtures",
    sequence: "Sequences",
    energy: "Energies",
    autoregressive: "Autoregressive",
    autoencoder: "Autoencoders",
    variational: "Variational",
    discriminative: "Discriminative",
    adversarial: "Adversarial",
    diffusion: "Diffusion",
    multimodal: "Images and text",
  },
  files: {
    problems: {
      noImage: (file: string) => `${file} is not an image that this browser can read.`,
      tooMany: (most: string) => `These are too many files: a page takes ${most} at most.`,
      noCanvas: (_: string) => "This browser gives the page no canvas to decode images on.",
      nothing: (_: string) =>
        "There is nothing here that can be read: drop PNG, JPEG, WebP or GIF images, a .npy or IDX file, or safetensors.",
    },
  },
  problem: "This did not work",
  copy: "Copy",
  copied: "Copied",
  loading: "Loading …",
};

export type Strings = typeof en;
