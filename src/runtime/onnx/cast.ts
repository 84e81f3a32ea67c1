import type { DType } from "../../tensor/dtype.js";
import type { GraphBuilder } from "./builder.js";
import { elementType } from "./proto.js";

/** Casts a value if the data types differ. */
export function castValue(graph: GraphBuilder, value: string, from: DType, to: DType): string {
  return from === to ? value : graph.emit("Cast", [value], { to: elementType(to) });
}
