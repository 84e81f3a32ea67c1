import type { Command } from "commander";
import { act } from "../action.js";
import { checkInstallation } from "../checks.js";
import { columns } from "../format.js";
import { readManifest } from "../manifest.js";

export function doctor(command: Command): void {
  act(command, async ({ output }) => {
    const { version, leastNode } = readManifest();
    const checks = await checkInstallation(leastNode);
    const works = checks.every(({ status }) => status !== "broken");
    const { green, dim, red } = output.colours;
    const paint = { ok: green, absent: dim, broken: red };
    const rows = checks.map(({ part, status, detail }) => [part, paint[status](status), detail]);
    const where = `Figment ${version} on ${process.platform} ${process.arch}`;
    const verdict = works
      ? "Everything that is needed works. Nothing that runs here sends telemetry."
      : "Something that is needed does not work; what is broken says how to mend it.";
    output.result(
      { figment: version, platform: process.platform, arch: process.arch, works, checks },
      `${where}\n\n${columns(rows)}\n\n${verdict}`,
    );
    if (!works) process.exitCode = 1;
  });
}
