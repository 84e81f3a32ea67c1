import { RunError } from "../../../core/errors.js";
import { type LoadedModel, loadModel } from "../../../core/loaded-model.js";
import { decodeSafetensors } from "../../../core/safetensors.js";
import { readBytes } from "../../../data/bytes.browser.js";
import { findModel } from "../../../models/registry.js";
import type { Device } from "../../../runtime/index.js";
import { describeRun, storedWeights } from "../../../training/describe-run.js";
import { parseDocument } from "../../../training/json-document.js";
import { runDocument } from "../../../training/run-record.js";
import type { RunFacts } from "../../engine/catalogue.js";

/** The runs beside the page, which the bundler lists. */
declare const FIGMENT_ZOO: readonly RunFacts[];

export const zoo: readonly RunFacts[] = FIGMENT_ZOO;

/**
 * Opens a run that lies beside the page.
 *
 * @throws RunError when there is no such run, DataError when it cannot be fetched
 */
export async function openZoo(
  reference: string,
  device: Device,
): Promise<{ readonly model: LoadedModel; readonly data: string; readonly step: number }> {
  const facts = zoo.find(({ ref }) => ref === reference);
  if (facts === undefined) throw new RunError(`this page has no run "${reference}"`);
  const place = new URL(`../zoo/${reference.slice("zoo:".length)}/`, location.href);
  const text = new TextDecoder().decode(await readBytes(new URL("run.json", place)));
  const record = parseDocument(text, runDocument, reference);
  const { definition, config, traits, parts, model } = describeRun(record, reference, findModel);
  const bytes = await readBytes(new URL("checkpoints/best.safetensors", place));
  const { tensors } = decodeSafetensors(bytes, reference);
  const values = storedWeights(tensors, model, traits, { source: reference });
  return {
    model: await loadModel(definition, config, traits, device, values, parts),
    data: facts.data,
    step: facts.steps,
  };
}
