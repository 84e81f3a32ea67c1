import { extname } from "node:path";
import type { Command } from "commander";
import {
  codebookUse,
  countCodes,
  tokenise as tokeniseImages,
} from "../../core/capabilities/tokens.js";
import { requireCapability } from "../../core/loaded-model.js";
import { writeNpy } from "../../data/npy.js";
import { act } from "../action.js";
import { UsageError } from "../errors.js";
import { columns, figure, plural } from "../format.js";
import { firstOf, imagesFor } from "../images.js";
import {
  addImageOptions,
  addRunOptions,
  type ImageChoice,
  type RunChoice,
  wholeNumber,
} from "../options.js";
import { prepareOutput } from "../output-file.js";
import { withRun } from "../run.js";
import { showWork } from "../work.js";

interface TokeniseChoice extends RunChoice, ImageChoice {
  readonly limit?: number;
  readonly out: string;
}

export function tokenise(command: Command): void {
  addImageOptions(addRunOptions(command))
    .option("--limit <n>", "tokenise only the first n images", wholeNumber(1))
    .option("--out <file>", "a .npy of int32 [N, rows, columns]", "tokens.npy");
  act(command, async (context, options: TokeniseChoice, reference: string, files: string[]) => {
    const { limit = Number.POSITIVE_INFINITY, out } = options;
    if (extname(out).toLowerCase() !== ".npy") {
      throw new UsageError(`--out ${out}: write tokens to a .npy`);
    }
    await prepareOutput(out);
    await withRun(reference, options, context, async (run) => {
      const { name, record, step, model } = run;
      requireCapability(model, "tokenise");
      const source = firstOf(await imagesFor(run, files, options, context), limit);
      const tokens = await showWork(context, "tokenising", (work) =>
        tokeniseImages(model, source, work),
      );
      const { count, codes, grid, values } = tokens;
      await writeNpy(out, values, [count, ...grid]);
      const use = codebookUse(countCodes(values, codes));
      const bits = grid[0] * grid[1] * Math.log2(codes);
      context.output.result(
        {
          run: name,
          model: record.model,
          step,
          out,
          count,
          grid,
          codes,
          bitsPerImage: bits,
          ...use,
        },
        `${columns([
          [
            "grid",
            `${grid.join("×")} tokens of ${plural(codes, "code")}: ${figure(bits)} bits an image`,
          ],
          ["perplexity", `${figure(use.codebookPerplexity)} of ${codes}`],
          ["dead codes", `${use.deadCodes}, used by none of these images`],
          ["images", `${plural(count, "image")} of ${source.name}`],
          ["run", `${name} (${record.model}, step ${step})`],
        ])}\n\nwrote ${out}`,
      );
    });
  });
}
