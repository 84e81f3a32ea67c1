import type { ComponentType } from "preact";
import type { QuestionName } from "../../../engine/questions/index.js";
import { ClassifyTool } from "./classify-tool.js";
import { CompleteTool } from "./complete-tool.js";
import { DenoiseTool } from "./denoise-tool.js";
import { InterpolateTool } from "./interpolate-tool.js";
import { ReconstructTool } from "./reconstruct-tool.js";
import { SampleTool } from "./sample-tool.js";
import { ScoreTool } from "./score-tool.js";
import type { ToolOfSession } from "./tool.js";
import { TranslateTool } from "./translate-tool.js";
import { TraverseTool } from "./traverse-tool.js";

/** The tools, each for the models that can answer its question. */
export const tools: readonly {
  readonly question: QuestionName;
  readonly Tool: ComponentType<ToolOfSession>;
}[] = [
  { question: "sample", Tool: SampleTool },
  { question: "complete", Tool: CompleteTool },
  { question: "reconstruct", Tool: ReconstructTool },
  { question: "decode", Tool: TraverseTool },
  { question: "interpolate", Tool: InterpolateTool },
  { question: "translate", Tool: TranslateTool },
  { question: "denoise", Tool: DenoiseTool },
  { question: "classify", Tool: ClassifyTool },
  { question: "score", Tool: ScoreTool },
];
