import { strings } from "../../strings/index.js";

export function UseView() {
  return <h1>{strings.value.views.use}</h1>;
}
