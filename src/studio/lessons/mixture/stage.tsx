import { useMemo } from "preact/hooks";
import type { Pictures } from "../../engine/questions/question.js";
import { CurvesPanel } from "../../page/lesson/curves-panel.js";
import type { StageProps } from "../../page/lesson/lesson.js";
import { Panel } from "../../page/parts/panel.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { local } from "../../page/strings/index.js";
import { componentsOf } from "./components.js";
import { Density } from "./density.js";
import type { Control } from "./keys.js";
import { labels } from "./labels.js";
import { Plane } from "./plane.js";

/** The components and what they add up to: in the plane, or as pictures. */
export function Stage({ live, settings, set }: StageProps<Control>) {
  const words = local(labels);
  const values = live.latest("components", "values")?.answer;
  const samples = live.latest("samples", "sample")?.answer;
  const points = live.latest("points", "given")?.answer;
  const scores = live.latest("density", "score")?.answer;
  const planar = settings.data !== "digits";
  const { covariance, starts } = settings;
  const components = useMemo(
    () => (planar && values ? componentsOf(values, String(covariance)) : []),
    [planar, values, covariance],
  );
  return (
    <div class="panels">
      {planar ? (
        <>
          <Panel title={words.plane}>
            <Plane
              points={points}
              components={components}
              count={Number(settings.components)}
              onStarts={(chosen) => set("starts", chosen)}
            />
            {starts === "" ? null : (
              <button type="button" onClick={() => set("starts", "")}>
                {words.forget}
              </button>
            )}
          </Panel>
          <Panel title={words.density}>
            <Density label={words.density} scores={scores} />
          </Panel>
        </>
      ) : (
        <>
          <Panel title={words.means}>
            <PictureGrid
              pictures={values && samples && meansOf(values[1], samples)}
              label={words.means}
              expect={{ rows: 5, columns: 5 }}
            />
          </Panel>
          <Panel title={words.samples}>
            <PictureGrid
              pictures={samples}
              label={words.samples}
              expect={{ rows: 5, columns: 5 }}
            />
          </Panel>
        </>
      )}
      <CurvesPanel
        live={live}
        title={words.nats}
        wide
        curves={[{ label: words.nll, metric: "train.loss" }]}
      />
    </div>
  );
}

/** The means as pictures of the shape of others. */
function meansOf(means: Float32Array, { channels, height, width }: Pictures): Pictures {
  const count = means.length / (channels * height * width);
  return { channels, height, width, count, pixelsUnit: means };
}
