import { useState } from "preact/hooks";
import { Link } from "../../parts/link.js";
import { Problem } from "../../parts/problem.js";
import type { Live } from "../../state/live.js";
import { endTraining } from "../../state/trainings.js";
import { formatNumber, strings } from "../../strings/index.js";
import { Downloads } from "./downloads.js";
import { PictureTimeline } from "./picture-timeline.js";
import { TrainingCurves } from "./training-curves.js";

/** A training: how far it is, its curves, its pictures over time, and what it can be told. */
export function TrainingPanel({ live }: { readonly live: Live }) {
  const { train, player } = strings.value;
  const { info } = live.session;
  const state = live.state.value;
  const { status, step, totalSteps, imagesPerSecond, secondsLeft, problem } = state;
  const [ending, setEnding] = useState(false);
  const running = status === "running";
  const done = status === "finished" || status === "failed";
  const total = totalSteps === null ? null : formatNumber(totalSteps);
  return (
    <section
      class="card training"
      aria-label={`${info.model} · ${info.data}`}
      data-status={status}
      data-step={step}
    >
      <header>
        <h2>
          {info.model} · {info.data}
        </h2>
        <p class="help">
          {train.facts(formatNumber(info.parameters))}
          {info.kept === null ? "" : ` · ${info.kept}`}
        </p>
      </header>
      <progress
        aria-label={player.label}
        max={totalSteps ?? 1}
        value={totalSteps === null ? 0 : step}
      />
      <p class="help">
        <b>{player.status[status]}</b> · {player.steps(formatNumber(step), total)}
        {running && imagesPerSecond > 0 ? ` · ${player.rate(formatNumber(imagesPerSecond))}` : ""}
        {running && secondsLeft !== null ? ` · ${player.left(formatNumber(secondsLeft))}` : ""}
      </p>
      {problem === undefined ? null : <Problem text={problem} />}
      {live.notes.value.map((note) => (
        <p key={note} class="note" lang="en">
          {note}
        </p>
      ))}
      <div class="buttons">
        <button
          type="button"
          disabled={done}
          onClick={() => live.session.command({ do: running ? "pause" : "play" })}
        >
          {running ? player.pause : player.play}
        </button>
        <button type="button" disabled={done} onClick={() => live.session.command({ do: "step" })}>
          {player.step}
        </button>
        <Link to={{ view: "use", run: info.id }} class="button">
          {train.use}
        </Link>
        <button
          type="button"
          disabled={ending}
          onClick={() => {
            setEnding(true);
            endTraining(live);
          }}
        >
          {info.kept === null ? train.discard : train.saveAndEnd}
        </button>
      </div>
      <TrainingCurves live={live} />
      <PictureTimeline live={live} />
      <Downloads session={live.session} />
    </section>
  );
}
