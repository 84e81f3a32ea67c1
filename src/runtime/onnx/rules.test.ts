import { afterAll, beforeAll, describe, test } from "vitest";
import { expectAgreement, withGradients } from "../agreement.testing.js";
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
});
