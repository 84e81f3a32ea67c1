import type { Command } from "commander";
import { capabilitiesOf } from "../../core/capabilities/table.js";
import { describeConfig } from "../../core/config.js";
import { usesOfMissing } from "../../core/missing-pixels.js";
import { describeDensity, type ModelDefinition } from "../../core/model.js";
import { models as registry } from "../../models/registry.js";
import { act } from "../action.js";
import { columns } from "../format.js";

export function models(command: Command): void {
  command.addHelpText(
    "after",
    "\nfigment train MODEL --help shows the settings of a model with their defaults.",
  );
  act(command, async ({ output }) => {
    const { bold, cyan, dim } = output.colours;
    const heads = ["MODEL", "FAMILY", "DENSITY", "CAN", "FROM"].map((head) => bold(head));
    const rows = registry.map((definition) => {
      const { id, family, source } = definition;
      const paper = `${source.authors} ${source.year}, ${dim(source.reference)}`;
      return [
        cyan(id),
        family,
        describeDensity(definition),
        capabilitiesOf(definition).join(", "),
        paper,
      ];
    });
    output.result(registry.map(describe), columns([heads, ...rows], "   "));
  });
}

function describe(definition: ModelDefinition): Record<string, unknown> {
  const { id, title, family, density, greyDensity = density } = definition;
  const { source, training, config } = definition;
  return {
    id,
    title,
    family,
    density,
    greyDensity,
    source,
    training,
    capabilities: capabilitiesOf(definition),
    missingPixels: usesOfMissing(definition),
    config: describeConfig(config),
  };
}
