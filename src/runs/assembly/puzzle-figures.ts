import { patchSizes } from "../../core/capabilities/assemble.js";
import { type LoadedModel, requireCapability } from "../../core/loaded-model.js";
import { type MeanInterval, meanInterval } from "../../metrics/mean-interval.js";
import { kindsOf, type PuzzleAccuracy, puzzleAccuracy } from "../../metrics/puzzle/accuracy.js";
import { greedySolution } from "../../metrics/puzzle/greedy-solver.js";
import { type Share, shareOf } from "../share.js";
import type { Reassembled } from "./assembled.js";

/** How well puzzles are put together; identical pieces may stand for each other. */
export interface SolverFigures {
  readonly direct: MeanInterval;
  readonly neighbour: MeanInterval;
  readonly perfect: Share;
}

/** The model beside a solver that sees only the edges of the pieces, and beside chance. */
export interface PuzzleFigures {
  readonly model: SolverFigures;
  readonly greedy: SolverFigures;
  /** Pieces in a random order. */
  readonly chance: SolverFigures;
}

/** @param reassembled  of at least two puzzles */
export function puzzleFigures(
  model: LoadedModel,
  { cut, likeliest }: Reassembled,
  signal?: AbortSignal,
): PuzzleFigures {
  const { places } = requireCapability(model, "assemble");
  const { patch: size, image } = patchSizes(model);
  const [rows, columns, count] = [places.tops.length, places.lefts.length, places.patches];
  const accuracies = { model: [], greedy: [], chance: [] } as Record<
    keyof PuzzleFigures,
    PuzzleAccuracy[]
  >;
  for (let at = 0; at < cut.count; at++) {
    signal?.throwIfAborted();
    const values = cut.values.subarray(at * image, (at + 1) * image);
    const kinds = kindsOf(values, size);
    const inCells = (cells: ArrayLike<number>) => {
      const pieces = new Int32Array(count);
      for (let piece = 0; piece < count; piece++) pieces[cells[piece]] = kinds[piece];
      return pieces;
    };
    const part = (all: Int32Array) => all.subarray(at * count, (at + 1) * count);
    const truth = inCells(part(cut.places));
    const [height, width] = places.side;
    const solved = greedySolution(
      { values, channels: model.data.channels, height, width },
      rows,
      columns,
    );
    const found = {
      model: inCells(part(likeliest.places)),
      greedy: solved.map((piece) => kinds[piece]),
      chance: kinds,
    };
    for (const [solver, pieces] of Object.entries(found)) {
      accuracies[solver as keyof PuzzleFigures].push(puzzleAccuracy(truth, pieces, columns));
    }
  }
  return {
    model: figuresOf(accuracies.model),
    greedy: figuresOf(accuracies.greedy),
    chance: figuresOf(accuracies.chance),
  };
}

const figuresOf = (accuracies: readonly PuzzleAccuracy[]): SolverFigures => ({
  direct: meanInterval(accuracies.map(({ direct }) => direct)),
  neighbour: meanInterval(accuracies.map(({ neighbour }) => neighbour)),
  perfect: shareOf(accuracies.filter(({ perfect }) => perfect).length, accuracies.length),
});
