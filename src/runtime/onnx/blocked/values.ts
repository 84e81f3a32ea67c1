import type { Shape } from "../../../tensor/shape.js";
import type { Tensor } from "../../../tensor/tensor.js";
import type { GraphBuilder } from "../builder.js";
import { castValue } from "../cast.js";
import { splitShape } from "./shapes.js";

/** Domain of ONNX Runtime's operators on blocked images. */
export const NCHWC = { domain: "com.microsoft.nchwc" };

/**
 * The ONNX values of lowered tensors, by layout. A missing layout is converted from another one on
 * first use.
 *
 * A blocked value has two shapes over the same memory: `[N, C, H, W]`, which convolutions declare,
 * and `[N, C / block, H, W, block]`, which broadcasts correctly.
 */
export class Values {
  private readonly plain = new Map<number, string>();
  private readonly whole = new Map<number, string>();
  private readonly split = new Map<number, string>();

  constructor(
    private readonly graph: GraphBuilder,
    private readonly block: number,
  ) {}

  has({ id }: Tensor): boolean {
    return this.plain.has(id) || this.whole.has(id) || this.split.has(id);
  }

  hasPlain({ id }: Tensor): boolean {
    return this.plain.has(id);
  }

  /** Whether the value exists in the shape that broadcasts. */
  hasSplit({ id }: Tensor): boolean {
    return this.split.has(id);
  }

  setPlain({ id }: Tensor, value: string): void {
    this.plain.set(id, value);
  }

  setBlocked({ id }: Tensor, value: string): void {
    this.whole.set(id, value);
  }

  setSplit({ id }: Tensor, value: string): void {
    this.split.set(id, value);
  }

  ofPlain(tensor: Tensor): string {
    return remember(this.plain, tensor, () => {
      const { graph } = this;
      const image = castValue(graph, this.ofBlocked(tensor), tensor.dtype, "float32");
      const channels = tensor.shape[1] as number;
      const [plain] = graph.emitAll("ReorderOutput", [image], { channels }, NCHWC);
      return castValue(graph, plain, "float32", tensor.dtype);
    });
  }

  ofBlocked(tensor: Tensor): string {
    return remember(this.whole, tensor, () => {
      const split = this.split.get(tensor.id);
      if (split !== undefined) return this.reshape(split, tensor.shape);
      const { graph } = this;
      const image = castValue(graph, this.ofPlain(tensor), tensor.dtype, "float32");
      const [blocked] = graph.emitAll("ReorderInput", [image], {}, NCHWC);
      return castValue(graph, blocked, "float32", tensor.dtype);
    });
  }

  ofSplit(tensor: Tensor): string {
    return remember(this.split, tensor, () =>
      this.reshape(this.ofBlocked(tensor), splitShape(tensor.shape, this.block)),
    );
  }

  /** Reshapes all axes but the first. */
  private reshape(value: string, [n, ...rest]: Shape): string {
    const target = [typeof n === "number" ? n : 0, ...(rest as number[])];
    return this.graph.emit("Reshape", [value, this.graph.int64s(target)]);
  }
}

function remember(known: Map<number, string>, { id }: Tensor, make: () => string): string {
  let value = known.get(id);
  if (value === undefined) {
    value = make();
    known.set(id, value);
  }
  return value;
}
