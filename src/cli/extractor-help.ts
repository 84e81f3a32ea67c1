import { namedExtractors } from "../runs/open-extractor.js";

/** What `--extractor` takes. */
export const EXTRACTOR_HELP = `${namedExtractors.join(", ")}, an .onnx file with its .json, or a run that encodes or classifies (default: the zoo's classifier of the same data, else pixels)`;
