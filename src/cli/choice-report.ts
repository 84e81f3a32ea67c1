import { type Candidate, type Choice, type Criterion, named } from "../training/choice.js";
import { columns, figure } from "./format.js";

/** What became of a candidate, as a line: `components=4: bic 1204.3; em converged in 12 passes`. */
export function candidateLine({ settings, fitted }: Candidate, by: Criterion): string {
  const value = fitted?.[by];
  const measured = typeof value === "number" ? `${by} ${figure(value)}; ` : "failed: ";
  return `${named(settings)}: ${measured}${fitted?.outcome}`;
}

/** The table of the criteria of all candidates, the chosen one marked. */
export function choiceTable({ by, candidates, chosen }: Choice): string {
  const keys = Object.keys(candidates[0].settings);
  const cell = (value: number | null | undefined) =>
    typeof value === "number" ? figure(value) : "–";
  const rows = candidates.map(({ settings, fitted }, at) => [
    ...keys.map((key) => String(settings[key])),
    cell(fitted?.nllNats),
    cell(fitted?.bic),
    cell(fitted?.aic),
    cell(fitted?.validation),
    at === chosen ? `← lowest ${by}` : "",
  ]);
  return columns([[...keys, "nats/image", "bic", "aic", "validation", ""], ...rows]);
}
