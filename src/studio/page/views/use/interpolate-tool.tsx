import { PictureGrid } from "../../parts/picture-grid.js";
import { strings } from "../../strings/index.js";
import { ImageChoice } from "./image-choice.js";
import { Tool, type ToolOfSession } from "./tool.js";
import { useAnswer } from "./use-answer.js";

const CORNERS = 5;

/** Walks from image to image through the codes. */
export function InterpolateTool({ session }: ToolOfSession) {
  const { use } = strings.value;
  const { answer, busy, problem, ask } = useAnswer(session, "interpolate");
  return (
    <Tool title={use.interpolate.title} help={use.interpolate.help} problem={problem} busy={busy}>
      <ImageChoice session={session} count={CORNERS} onChoose={(images) => ask({ images })} />
      {answer === undefined ? null : (
        <PictureGrid pictures={answer} label={use.interpolate.title} />
      )}
    </Tool>
  );
}
