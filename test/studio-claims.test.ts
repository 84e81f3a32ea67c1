import { describe, expect, test, vi } from "vitest";
import { plan as autoencoder } from "../src/studio/lessons/autoencoder/plan.js";
import { plan as counting } from "../src/studio/lessons/counting/plan.js";
import { plan as diffusion } from "../src/studio/lessons/diffusion/plan.js";
import { plan as gan } from "../src/studio/lessons/gan/plan.js";
import { plan as ganDigits } from "../src/studio/lessons/gan-digits/plan.js";
import { plan as hidden } from "../src/studio/lessons/hidden/plan.js";
import { plan as judging } from "../src/studio/lessons/judging/plan.js";
import { plan as mixture } from "../src/studio/lessons/mixture/plan.js";
import type { LessonId } from "../src/studio/lessons/order.js";
import { plan as pixels } from "../src/studio/lessons/pixels/plan.js";
import { plan as sentences } from "../src/studio/lessons/sentences/plan.js";
import { plan as vae } from "../src/studio/lessons/vae/plan.js";
import type { LessonPlan } from "../src/studio/page/lesson/plan.js";
import { claims as autoencoderClaims } from "./studio/claims/autoencoder.js";
import type { Claims } from "./studio/claims/claims.js";
import { claims as countingClaims } from "./studio/claims/counting.js";
import { claims as diffusionClaims } from "./studio/claims/diffusion.js";
import { claims as ganClaims } from "./studio/claims/gan.js";
import { claims as ganDigitsClaims } from "./studio/claims/gan-digits.js";
import { claims as hiddenClaims } from "./studio/claims/hidden.js";
import { claims as judgingClaims } from "./studio/claims/judging.js";
import { claims as mixtureClaims } from "./studio/claims/mixture.js";
import { claims as pixelsClaims } from "./studio/claims/pixels.js";
import { claims as sentencesClaims } from "./studio/claims/sentences.js";
import { claims as vaeClaims } from "./studio/claims/vae.js";
import { openDigitJudge, realDigits, recognised } from "./studio/digit-judge.js";
import { openLesson } from "./studio/lesson-in-node.js";

// Whole trainings, on a machine that may have other work.
vi.setConfig({ testTimeout: 1_800_000 });

const lessons: Readonly<Record<LessonId, { readonly plan: LessonPlan; readonly claims: Claims }>> =
  {
    counting: { plan: counting, claims: countingClaims },
    mixture: { plan: mixture, claims: mixtureClaims },
    hidden: { plan: hidden, claims: hiddenClaims },
    pixels: { plan: pixels, claims: pixelsClaims },
    autoencoder: { plan: autoencoder, claims: autoencoderClaims },
    vae: { plan: vae, claims: vaeClaims },
    gan: { plan: gan, claims: ganClaims },
    "gan-digits": { plan: ganDigits, claims: ganDigitsClaims },
    diffusion: { plan: diffusion, claims: diffusionClaims },
    sentences: { plan: sentences, claims: sentencesClaims },
    judging: { plan: judging, claims: judgingClaims },
  };

describe.each(Object.entries(lessons))("what fails on purpose does: %s", (_, { plan, claims }) => {
  test("every such preset is tested", () => {
    const failing = Object.keys(plan.presets).filter((name) => !plan.presets[name].works);
    expect(Object.keys(claims).sort()).toEqual(failing.sort());
  });

  test.each(Object.entries(claims))("%s", (__, claim) => claim());
});

describe("draws are recognised by a classifier that learned from other digits", () => {
  /** Of what it recognises among real digits, at least this share. */
  const ENOUGH = 0.4;

  test("at the gate of the VAE's lesson", async () => {
    const judge = await openDigitJudge();
    const lesson = await openLesson(vae, {}, { watch: true });
    const { pixelsUnit, classes } = await realDigits(150);
    const real = await judge.judge(pixelsUnit);
    const right = real.said.filter((digit, at) => digit === classes[at]).length;
    // Oracle: it reads real digits of this kind.
    expect(right / real.said.length).toBeGreaterThan(0.8);

    const before = (await lesson.ask("sample", { count: 150, seed: 1 })).pixelsUnit;
    expect(recognised(await judge.judge(before), real)).toBeLessThan(0.3);
    await lesson.learned();
    const drawn = await judge.judge(
      (await lesson.ask("sample", { count: 150, seed: 1 })).pixelsUnit,
    );
    expect(recognised(drawn, real)).toBeGreaterThan(ENOUGH * recognised(real, real));
    await lesson.close();
    await judge.close();
  });
});
