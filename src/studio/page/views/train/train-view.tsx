import { useEffect, useState } from "preact/hooks";
import { Problem } from "../../parts/problem.js";
import { catalogue, loadCatalogue, place } from "../../state/engine.js";
import { problemOf } from "../../state/live.js";
import { joinTrainings, trainings } from "../../state/trainings.js";
import { strings } from "../../strings/index.js";
import { TrainingForm } from "./training-form.js";
import { TrainingPanel } from "./training-panel.js";

/** A form that starts trainings, and the trainings. */
export function TrainView() {
  const { train, loading } = strings.value;
  const [problem, setProblem] = useState<string>();
  const where = place.value;
  // Another engine has other models, data and trainings.
  useEffect(() => {
    loadCatalogue().catch((error) => setProblem(problemOf(error)));
    if (where === "server") joinTrainings().catch((error) => setProblem(problemOf(error)));
  }, [where]);
  const known = catalogue.value;
  return (
    <div class="train">
      <header>
        <h1>{train.heading}</h1>
        <p class="lead">{train.lead[where === "server" ? "server" : "page"]}</p>
        {known === undefined ? null : <p class="help">{train.computesOn(known.engine.device)}</p>}
      </header>
      {problem === undefined ? null : <Problem text={problem} />}
      {known === undefined ? (
        <p class="waiting">{loading}</p>
      ) : (
        <div class="columns">
          <TrainingForm catalogue={known} />
          <div class="trainings">
            {trainings.value.length === 0 ? <p class="waiting">{train.none}</p> : null}
            {trainings.value.map((live) => (
              <TrainingPanel key={live.session.info.id} live={live} />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
