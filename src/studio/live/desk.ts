import type { z } from "zod";
import { ConfigError, UnavailableError } from "../../core/errors.js";
import { type QuestionName, questions } from "../engine/questions/index.js";
import type { Question, Subject } from "../engine/questions/question.js";

/** Questions that wait until the model can be looked at. */
export interface Desk {
  readonly waiting: boolean;
  ask(name: string, request: unknown): Promise<unknown>;
  /** Answers everything that waits. */
  serve(subject: () => Promise<Subject>): Promise<void>;
}

interface Waiting {
  readonly name: string;
  readonly request: unknown;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

export function desk(): Desk {
  const queue: Waiting[] = [];
  return {
    get waiting() {
      return queue.length > 0;
    },
    ask: (name, request) =>
      new Promise((resolve, reject) => queue.push({ name, request, resolve, reject })),
    async serve(subject) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        try {
          next.resolve(await answerTo(await subject(), next.name, next.request));
        } catch (error) {
          next.reject(error);
        }
      }
    },
  };
}

/**
 * Answers one question.
 *
 * @throws ConfigError when there is no such question or its request is malformed
 * @throws UnavailableError when this model cannot answer it
 */
export async function answerTo(subject: Subject, name: string, request: unknown): Promise<unknown> {
  const row = rowOf(name);
  if (!row.can(subject.model)) {
    throw new UnavailableError(
      `${subject.model.definition.id} has nothing to answer "${name}" with`,
    );
  }
  const parsed = row.request.safeParse(request);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${name}: ${[...issue.path, issue.message].join(" ")}`);
  }
  return row.answer(subject, parsed.data);
}

function rowOf(name: string): Question<z.ZodType, unknown> {
  if (Object.hasOwn(questions, name)) {
    return questions[name as QuestionName] as unknown as Question<z.ZodType, unknown>;
  }
  throw new ConfigError(`there is no question "${name}"`);
}
