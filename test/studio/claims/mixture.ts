import { expect } from "vitest";
import { planarDensities } from "../../../src/data/planar/densities.js";
import { planeToPixels } from "../../../src/data/planar/window.js";
import { plan } from "../../../src/studio/lessons/mixture/plan.js";
import { lastOf } from "../../../src/studio/page/lesson/last-of.js";
import { openLesson } from "../lesson-in-node.js";
import { atTheEnd, type Claims, mean, neverLearns } from "./claims.js";

const POINTS = Array.from({ length: 2000 }, (_, at) => at);

export const claims: Claims = {
  /** It is densest where there are hardly any points. */
  one: () =>
    atTheEnd(plan, "one", async (lesson) => {
      neverLearns(plan, lesson);
      const { pixelsUnit } = await lesson.ask("given", { images: { indices: POINTS } });
      const middle = [0, 1].map((axis) => mean(pixelsUnit.filter((_, at) => at % 2 === axis)));
      const all = Float32Array.from([...middle, ...pixelsUnit]);
      const { perImage } = await lesson.ask("score", { images: { pixelsUnit: all } });
      expect(perImage[0]).toBe(Math.min(...perImage));
      const near = POINTS.filter(
        (at) =>
          Math.hypot(...middle.map((value, axis) => pixelsUnit[2 * at + axis] - value)) < 0.04,
      );
      expect(near.length / POINTS.length).toBeLessThan(0.005);
    }),
  /** Half as many circles again as ellipses are too few for the same density, three times as many are not. */
  async spheres() {
    const nats = async (components: number, covariance: string) => {
      const lesson = await openLesson(plan, { data: "swiss-roll", components, covariance });
      await lesson.finished();
      const loss = lastOf(lesson.live, "train.loss");
      await lesson.close();
      return loss;
    };
    const ellipses = await nats(8, "full");
    expect(await nats(8, "spherical")).toBeGreaterThan(ellipses + 0.1);
    expect(await nats(12, "spherical")).toBeGreaterThan(ellipses);
    expect(await nats(24, "spherical")).toBeLessThan(ellipses);
  },
  /** Stuck: two components share a peak, and another peak has none of its own. */
  trap: () =>
    atTheEnd(plan, "trap", async (lesson) => {
      neverLearns(plan, lesson);
      const ring = planarDensities.find(({ name }) => name === "ring");
      if (ring?.modes === undefined) throw new Error("there is no ring");
      const { centres, sigma } = ring.modes;
      const reach = (3 * sigma) / ring.window.side;
      const [means] = await lesson.ask("values", { names: ["parameters.mixture.means"] });
      const owners = centres.map((centre) => {
        const [x, y] = planeToPixels(ring.window, centre);
        return Array.from({ length: means.length / 2 }, (_, k) =>
          Number(Math.hypot(means[2 * k] - x, means[2 * k + 1] - y) < reach),
        ).reduce((sum, one) => sum + one, 0);
      });
      expect(Math.max(...owners)).toBe(2);
      expect(Math.min(...owners)).toBe(0);
    }),
};
