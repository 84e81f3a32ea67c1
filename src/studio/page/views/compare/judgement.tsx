import { useEffect, useRef, useState } from "preact/hooks";
import type { ComparedFacts, ComparisonFacts } from "../../../engine/comparison.js";
import type { Progress } from "../../../engine/messages.js";
import { PictureGrid } from "../../parts/picture-grid.js";
import { Problem } from "../../parts/problem.js";
import { engine } from "../../state/engine.js";
import { problemOf } from "../../state/live.js";
import { formatFigure, formatNumber, strings } from "../../strings/index.js";
import { BEGUN, type Work, workAfter } from "./work.js";

const SIGNS = { exact: "", bound: "≤ ", estimate: "≈ " } as const;

/** The table of `figment compare` for kept runs, with its floor and its protocol. */
export function Judgement({ runs }: { readonly runs: readonly string[] }) {
  const { compare } = strings.value;
  const [found, setFound] = useState<ComparisonFacts>();
  const [work, setWork] = useState<Work>();
  const [problem, setProblem] = useState<string>();
  const stop = useRef<AbortController | undefined>(undefined);
  const busy = work !== undefined;
  const judge = async () => {
    const mine = new AbortController();
    const { signal } = mine;
    stop.current = mine;
    setWork(BEGUN);
    setProblem(undefined);
    const onProgress = (progress: Progress) => {
      if (!signal.aborted) setWork((before) => workAfter(before, progress, performance.now()));
    };
    try {
      setFound(await engine().compare({ runs: [...runs] }, { onProgress, signal }));
    } catch (error) {
      if (!signal.aborted) setProblem(problemOf(error));
    }
    if (stop.current === mine) setWork(undefined);
  };
  const cancel = () => {
    stop.current?.abort();
    setWork(undefined);
  };
  // Who leaves the view, or chooses other models, gives it up.
  useEffect(() => () => stop.current?.abort(), []);
  return (
    <section class="card judgement" aria-busy={busy}>
      <p class="help">{compare.evaluateHelp}</p>
      <div class="buttons">
        <button type="button" class="primary" disabled={busy} onClick={judge}>
          {busy ? compare.busy : compare.evaluate}
        </button>
        {busy ? (
          <button type="button" onClick={cancel}>
            {compare.cancel}
          </button>
        ) : null}
      </div>
      {busy ? <Working work={work} /> : null}
      {problem === undefined ? null : <Problem text={problem} />}
      {found === undefined ? null : <Table found={found} />}
    </section>
  );
}

/** What is being done, how far that is, and how long it will take yet. */
function Working({ work: { progress, secondsLeft } }: { readonly work: Work }) {
  const { compare, player } = strings.value;
  const { label, done, total } = progress;
  return (
    <div class="working">
      <progress aria-label={compare.busy} max={total} value={done} />
      <p class="help" role="status">
        <span lang="en">{label}</span>
        {secondsLeft === undefined ? "" : ` · ${player.left(formatNumber(secondsLeft))}`}
      </p>
    </div>
  );
}

function Table({ found }: { readonly found: ComparisonFacts }) {
  const { compare } = strings.value;
  const { runs, figures, floors, cautions, protocol, real } = found;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the keyboard's focus. */}
      <section class="scroll" tabIndex={0} aria-label={compare.heading}>
        <table>
          <thead>
            <tr>
              <th scope="col">{compare.model}</th>
              {figures.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">{compare.parameters}</th>
              <th scope="col">{compare.training}</th>
              <th scope="col">{compare.perImage}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Row key={run.run} run={run} />
            ))}
            <tr>
              <th scope="row">{compare.floor}</th>
              {floors.map((floor, at) => (
                <td key={figures[at]}>{floor === null ? "–" : formatFigure(floor)}</td>
              ))}
              <td colSpan={3} />
            </tr>
          </tbody>
        </table>
      </section>
      {cautions.map((caution) => (
        <p key={caution} class="note" lang="en">
          {caution}
        </p>
      ))}
      <PictureGrid pictures={real} label={compare.real} />
      <h3>{compare.protocol}</h3>
      <dl class="protocol" lang="en">
        {Object.entries(protocol).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Row({ run }: { readonly run: ComparedFacts }) {
  const { compare } = strings.value;
  return (
    <tr>
      <th scope="row">{run.run}</th>
      {run.values.map((value, at) => (
        // The figures of a table keep their places.
        <td key={`${run.run} ${at.toString()}`}>
          {value === null ? "–" : `${SIGNS[value.kind]}${formatFigure(value.value)}`}
        </td>
      ))}
      <td>{formatNumber(run.parameters)}</td>
      <td>{compare.seconds(formatNumber(run.trainingSeconds))}</td>
      <td>{compare.milliseconds(formatFigure(1000 * run.secondsPerImage))}</td>
    </tr>
  );
}
