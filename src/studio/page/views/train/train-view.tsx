import { strings } from "../../strings/index.js";

export function TrainView() {
  return <h1>{strings.value.views.train}</h1>;
}
