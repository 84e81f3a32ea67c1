import { pairs } from "../../parts/pairs.js";
import { PictureGrid } from "../../parts/picture-grid.js";
import { strings } from "../../strings/index.js";
import { ImageChoice } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";

const COUNT = 10;

/** Images above what the model makes of their codes. */
export function ReconstructTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { answer, busy, problem, ask } = useAnswer(session, "reconstruct");
  return (
    <Tool title={use.reconstruct.title} help={use.reconstruct.help} problem={problem} busy={busy}>
      <ImageChoice session={session} count={COUNT} onChoose={(images) => ask({ images })} />
      {answer === undefined ? null : (
        <PictureGrid pictures={pairs(answer.given, answer.made)} label={use.reconstruct.title} />
      )}
    </Tool>
  );
}
