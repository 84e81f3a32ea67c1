import { dit } from "./dit.js";
import type { Network } from "./network.js";
import { unet } from "./unet.js";

export const networkNames = ["unet", "dit"] as const;
export type NetworkName = (typeof networkNames)[number];

export const networks: Readonly<Record<NetworkName, Network>> = { unet, dit };
