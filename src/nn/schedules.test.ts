import { describe, expect, test } from "vitest";
import { expectClose, fixture } from "./fixture.testing.js";
import { cosine, parseSchedule, warmup } from "./schedules.js";

const factors = (text: string, total: number) =>
  Array.from({ length: total }, (_, index) => parseSchedule(text)(index + 1, total));

describe("schedules", () => {
  test.each(Object.entries(fixture.schedules))(
    "%s as in torch.optim.lr_scheduler",
    (text, want) => {
      expectClose(factors(text, want.length), want, 1e-9, text);
    },
  );

  test("constant stays, cosine ends at its final factor and stays there", () => {
    expect(factors("constant", 3)).toEqual([1, 1, 1]);
    expect(parseSchedule("cosine:0.25")(11, 10)).toBeCloseTo(0.25, 12);
    expect(parseSchedule("cosine:0.25")(99, 10)).toBeCloseTo(0.25, 12);
  });

  test("warmup rises to 1, and what follows runs over the rest", () => {
    expect(factors("warmup:4", 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
    const both = factors("warmup:4+cosine", 10);
    expect(both.slice(0, 5)).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expectClose(both.slice(4), factors("cosine", 6));
    expect(warmup(10, cosine())(12, 10)).toBe(0);
    expect(factors("warmup:1+warmup:2+step:1:0.5", 5)).toEqual([1, 0.5, 1, 1, 0.5]);
  });

  test.each([
    ["cosin", 'there is no "cosin"'],
    ["", 'there is no ""'],
    ["warmup", 'the number of updates cannot be ""'],
    ["warmup:", 'the number of updates cannot be ""'],
    ["warmup:0", 'cannot be "0"'],
    ["warmup:1.5", 'cannot be "1.5"'],
    ["step:10:2", 'the factor cannot be "2"'],
    ["cosine:x", 'the final factor cannot be "x"'],
    ["cosine:0.1:2", '"cosine" takes at most 1 options'],
    ["cosine+constant", 'nothing can follow "cosine"'],
    ["warmup:5+", 'there is no ""'],
  ])("refuses %j", (text, problem) => {
    expect(() => parseSchedule(text)).toThrow(problem);
    expect(() => parseSchedule(text)).toThrow("warmup:UPDATES[+SCHEDULE]");
  });
});
