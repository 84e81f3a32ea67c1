import { formatShape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Score } from "./capabilities/score.js";
import type { LoadedModel } from "./loaded-model.js";
import { parameterCount } from "./parameter-count.js";

/** Content of the card that the model itself does not know. */
export interface ExportOptions {
  /** Name of the model for titles and file metadata, usually that of its run. */
  readonly name: string;
  /** Facts about its data and training, printed as a table. */
  readonly facts: Readonly<Record<string, string>>;
  readonly scores: readonly { readonly label: string; readonly score: Score }[];
}

/** An ONNX file of an export, for the card. */
export interface ExportedGraph {
  readonly name: string;
  readonly inputs: readonly Tensor<"input">[];
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** The card of an exported model in Markdown: what it is, what it takes and how well it scores. */
export function modelCard(
  { definition, config, data, model, variables }: LoadedModel,
  graphs: readonly ExportedGraph[],
  { name, facts, scores }: ExportOptions,
): string {
  const { source } = definition;
  const parameters = parameterCount({ variables });
  return [
    `# ${name}`,
    `${definition.title} (\`${definition.id}\`) with ${parameters.toLocaleString("en")} parameters, made with Figment. ` +
      `${source.authors}, *${source.title}*, ${source.year}, ${source.reference}.`,
    "## Data and training",
    table(["", ""], Object.entries(facts)),
    `Images are [B, ${data.channels}, ${data.height}, ${data.width}] float32 in [0, 1]` +
      `${data.binary ? ", each pixel 0 or 1" : ""}.`,
    "## Configuration",
    table(
      ["key", "value"],
      Object.entries(config).map(([key, value]) => [`\`${key}\``, JSON.stringify(value)]),
    ),
    ...(model.capabilities.score === undefined ? [] : ["## Scores", describeScores(scores)]),
    ...(graphs.length > 0 ? describeFiles(graphs) : []),
    "",
  ].join("\n\n");
}

function describeFiles(graphs: readonly ExportedGraph[]): string[] {
  return [
    "## Files",
    table(
      ["file", "inputs", "outputs"],
      graphs.map((graph) => [
        `\`${graph.name}.onnx\``,
        graph.inputs.map(describeInput).join("<br>"),
        Object.entries(graph.outputs)
          .map(([output, { shape }]) => `\`${output}\` ${formatShape(shape)}`)
          .join("<br>"),
      ]),
    ),
    "`model.safetensors` holds the weights under their names in the graphs. " +
      "`B` is any batch size. All tensors are float32.",
  ];
}

function describeInput({ attributes, shape }: Tensor<"input">): string {
  const { name, source } = attributes;
  const drawn = source.kind === "noise" ? `, ${source.distribution} noise` : "";
  return `\`${name}\` ${formatShape(shape)}${drawn}`;
}

const describeScores = (scores: ExportOptions["scores"]): string =>
  scores.length === 0 ? "None was computed." : scores.map(describeScore).join("\n\n");

function describeScore({ label, score }: ExportOptions["scores"][number]): string {
  const { value, rate, kind, protocol } = score;
  const number = `**${value.toFixed(2)} nats** (${rate.value.toFixed(4)} ${rate.unit}), ${kind}: ${label}`;
  return `${number}\n\n${table(
    ["protocol", ""],
    Object.entries(protocol).map(([key, entry]) => [key, String(entry)]),
  )}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
