import type { ReplyTo } from "../../engine/questions/index.js";
import { PictureGrid } from "../../page/parts/picture-grid.js";
import { formatFigure, local } from "../../page/strings/index.js";
import { labels } from "./labels.js";

type Judged = ReplyTo<"judge">;

/** The metrics in the order of the columns, and which way is good. */
const METRICS = [
  { key: "frechet", better: "low" },
  { key: "precision", better: "high" },
  { key: "coverage", better: "high" },
  { key: "copies", better: "low" },
] as const;

/** A row for each set: some of its images, and a bar for each metric. */
export function Verdicts({ judged }: { readonly judged: Judged }) {
  const words = local(labels);
  const most = Math.max(...judged.map(({ frechet }) => frechet), 1e-12);
  return (
    <div class="verdicts">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.set}</th>
            {METRICS.map(({ key, better }) => (
              <th key={key} scope="col">
                {words[key]} <small>{words.better[better]}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {judged.map((set) => (
            <tr key={set.damage}>
              <th scope="row">
                {words.sets[set.damage]}
                <PictureGrid pictures={set.pictures} label={words.sets[set.damage]} />
              </th>
              {METRICS.map(({ key }) => (
                <td key={key}>
                  <b>{formatFigure(set[key])}</b>
                  <span class="bar-of" aria-hidden="true">
                    <span
                      style={{
                        width: `${100 * Math.min(1, set[key] / (key === "frechet" ? most : 1))}%`,
                      }}
                    />
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
