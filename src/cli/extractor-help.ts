import { namedExtractors } from "../runs/open-extractor.js";

/** What `--extractor` takes. */
export const EXTRACTOR_HELP = `${namedExtractors.join(", ")}, an .onnx file with its .json, or a run that encodes or classifies; channels: before one of grey images applies it to each channel (default: the zoo's classifier of the same data, else pixels, or random for images of more than 4,096 values)`;
