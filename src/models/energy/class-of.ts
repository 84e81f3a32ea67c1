import { oneHot } from "../../tensor/ops/indexing.js";
import { input, type Tensor } from "../../tensor/tensor.js";

/** One of K classes, which all rows of a program's run have. */
export interface ClassOf {
  readonly label: number;
  readonly classes: number;
}

/** The classes of K in turn; one undefined for a machine without classes. */
export const eachClass = (classes: number): readonly (ClassOf | undefined)[] =>
  classes === 0 ? [undefined] : Array.from({ length: classes }, (_, label) => ({ label, classes }));

/** The input of the rows' classes: [B, K], 1 at their own and 0 elsewhere; undefined without classes. */
export const classesOf = (of: Pick<ClassOf, "classes"> | undefined): Tensor | undefined =>
  of && oneHot(input("class", ["B"], "int32"), of.classes);

/** What {@link classesOf} reads, for rows that are all of one class. */
export const classFeeds = (of: ClassOf | undefined, size: number) =>
  of && { class: new Int32Array(size).fill(of.label) };
