import { z } from "zod";
import { gaussianOptions } from "../options.js";

export const gaussianConfig = z.strictObject(gaussianOptions);
