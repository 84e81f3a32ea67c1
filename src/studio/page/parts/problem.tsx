import { strings } from "../strings/index.js";

/** What went wrong, with what the engine says about it. */
export function Problem({ text }: { readonly text: string }) {
  return (
    <div class="problem" role="alert">
      <b>{strings.value.problem}.</b> <span lang="en">{text}</span>
    </div>
  );
}
