import type { ComponentChildren } from "preact";
import type { Session } from "../../../engine/engine.js";
import { Problem } from "../../parts/problem.js";

/** What every tool gets. */
export interface ToolOfSession {
  readonly session: Session;
}

interface ToolProps {
  readonly title: string;
  readonly help: string;
  readonly problem: string | undefined;
  readonly busy: boolean;
  readonly children: ComponentChildren;
}

/** One thing that a model can do: what it is, its controls and its answer. */
export function Tool({ title, help, problem, busy, children }: ToolProps) {
  return (
    <section class="card tool" aria-label={title} aria-busy={busy}>
      <h2>{title}</h2>
      <p class="help">{help}</p>
      {children}
      {problem === undefined ? null : <Problem text={problem} />}
    </section>
  );
}
