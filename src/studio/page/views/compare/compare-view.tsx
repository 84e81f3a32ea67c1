import { strings } from "../../strings/index.js";

export function CompareView() {
  return <h1>{strings.value.views.compare}</h1>;
}
