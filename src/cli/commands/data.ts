import type { Command } from "commander";
import { dataDescribe } from "./data-describe.js";
import { dataGet } from "./data-get.js";
import { dataList } from "./data-list.js";
import { dataShow } from "./data-show.js";

export function data(command: Command): void {
  dataDescribe(command.command("describe", { isDefault: true }));
  dataList(command.command("list"));
  dataShow(command.command("show"));
  dataGet(command.command("get"));
}
