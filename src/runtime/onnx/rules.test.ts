import { afterAll, beforeAll, describe, test } from "vitest";
import * as t from "../../tensor/index.js";
import { expectAgreement, real, withGradients } from "../agreement.testing.js";
import { openDevice } from "../device.js";
import type { Device } from "../program.js";
import { cases } from "./cases.testing.js";

describe("lowering agrees with the float64 interpreter", () => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice({ host: "inline", threads: 2 });
  });
  afterAll(() => device.close());

  for (const [op, list] of Object.entries(cases)) {
    test.each(list.map((build, index) => [index, build] as const))(
      `${op}, case %i`,
      async (_, build) => {
        await expectAgreement(device, withGradients(build(3)));
        await expectAgreement(device, withGradients(build("B")), { B: 2 });
      },
    );
  }

  const none = real("none", [0, 3]);
  test.each<[string, t.Tensor]>([
    ["[0, 3] to [3, 0]", t.sum(t.reshape(none, [3, 0]), 1)],
    ["[0, 3] to [1, 0]", t.reshape(none, [1, 0])],
    ["a transpose of [0, 1]", t.transpose(real("x", [0, 1]))],
    ["[B, 0, 3] to [B, 0]", t.sum(t.reshape(real("x", ["B", 0, 3]), ["B", 0]), 1)],
    ["[N, B] to [B, N]", t.sum(t.reshape(real("x", ["N", "B"]), ["B", "N"]), 1)],
  ])("reshape of empty tensors: %s", async (_, value) => {
    await expectAgreement(device, { value }, { B: 2, N: 0 });
  });

  test.each<[string, t.Axes | undefined]>([
    ["all axes", undefined],
    ["an empty axis", 0],
    ["an empty and another axis", [0, 2]],
  ])("the mean of no elements: over %s", async (_, axes) => {
    const value = t.mean(real("x", ["N", 2, 3]), axes);
    await expectAgreement(device, { value }, { N: 0 });
  });
});
