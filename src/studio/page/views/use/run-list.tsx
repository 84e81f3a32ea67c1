import type { RunFacts } from "../../../engine/catalogue.js";
import { Link } from "../../parts/link.js";
import { trainings } from "../../state/trainings.js";
import { formatFigure, strings } from "../../strings/index.js";

interface RunListProps {
  readonly runs: readonly RunFacts[];
  readonly chosen: string | undefined;
}

/** Trainings of this page, runs of the machine, and those that ship with Figment. */
export function RunList({ runs, chosen }: RunListProps) {
  const { use } = strings.value;
  const live = trainings.value.map(({ session: { info } }) => ({
    ref: info.id,
    title: info.kept ?? `${info.model} · ${info.data}`,
    detail: use.inTraining,
  }));
  const kept = runs.map(({ ref, model, data, best }) => ({
    ref,
    title: ref.replace(/^zoo:/, ""),
    detail: [
      `${model} · ${data}`,
      ...(best === null ? [] : [`${best.metric.split(".").at(-1)} ${formatFigure(best.value)}`]),
    ].join(" · "),
  }));
  const groups = [
    { title: use.trainings, runs: live },
    { title: use.own, runs: kept.filter(({ ref }) => !ref.startsWith("zoo:")) },
    { title: use.zoo, runs: kept.filter(({ ref }) => ref.startsWith("zoo:")) },
  ];
  return (
    <nav class="run-list" aria-label={use.runs}>
      {groups
        .filter((group) => group.runs.length > 0)
        .map((group) => (
          <section key={group.title}>
            <h2>{group.title}</h2>
            <ul>
              {group.runs.map(({ ref, title, detail }) => (
                <li key={ref}>
                  <Link to={{ view: "use", run: ref }} current={ref === chosen}>
                    <b>{title}</b>
                    <span class="help">{detail}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
    </nav>
  );
}
