import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "./shell-word.js";

test.each(["runs/my run", "$HOME", "it's", "a;b", "`x`", "*", "", "mañana 1"])(
  "a shell reads %j as one word",
  (text) => {
    const { stdout } = spawnSync("sh", ["-c", `printf %s ${shellWord(text)}`], {
      encoding: "utf8",
    });
    expect(stdout).toBe(text);
  },
);

test.each(["runs/vae-digits", "zoo:vae-mnist", "runs/mañana"])("%s needs no quotes", (text) => {
  expect(shellWord(text)).toBe(text);
});
