// What must survive a crash: one JSON file, replaced whole, so that it is always either the old or the new one; and the
// labels, a file each, since they never change.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

const NOTHING = { settings: null, nowMs: 0, orders: [] };

export class Store {
  constructor(folder) {
    this.folder = folder;
    mkdirSync(join(folder, "labels"), { recursive: true });
    try {
      this.state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      this.state = structuredClone(NOTHING);
    }
  }

  clear() {
    rmSync(join(this.folder, "labels"), { recursive: true });
    mkdirSync(join(this.folder, "labels"));
    this.state = structuredClone(NOTHING);
  }

  save() {
    write(join(this.folder, "state.json"), JSON.stringify(this.state));
  }

  label(order) {
    return readFileSync(this.#labelPath(order.number));
  }

  /** Keep a label and return what the order says of it. */
  keepLabel(order, format, content) {
    write(this.#labelPath(order.number), content);
    return { format, sha256: createHash("sha256").update(content).digest("hex"), size_bytes: content.length };
  }

  #labelPath(number) {
    return join(this.folder, "labels", createHash("sha256").update(number).digest("hex"));
  }
}

function write(path, content) {
  const made = openSync(`${path}.new`, "w");
  writeSync(made, content);
  fsyncSync(made);
  closeSync(made);
  renameSync(`${path}.new`, path);
}
