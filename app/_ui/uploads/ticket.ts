import { type Told, toldBy } from "./answers";
import { failureOf } from "./failure";
import { type Persistence, persevere } from "./persevere";
import type { Tools } from "./tools";
import type { UploadRequest } from "./upload";

/** The permission that an upload travels on: asked for, looked at, given back. Where the file goes in parts, this device remembers it meanwhile. */
export class Ticket {
  readonly #request: UploadRequest;
  readonly #tools: Tools;
  #key: string;
  #sha256: string | undefined;
  /** The server's id, from the first answer on: what has to be given back. */
  #id: string | undefined;
  #inParts: boolean;

  constructor(request: UploadRequest, tools: Tools) {
    this.#request = request;
    this.#tools = tools;
    this.#key = tools.newKey();
    this.#id = request.resumes;
    this.#inParts = request.resumes !== undefined;
  }

  get inParts(): boolean {
    return this.#inParts;
  }

  /** A file that travels in one piece is announced with its hash; of a larger one each part is, when its turn comes. */
  needsHash(): boolean {
    const { file, partSize } = this.#request;
    return !this.#inParts && this.#sha256 === undefined && file.size <= partSize;
  }

  async hash(): Promise<void> {
    this.#sha256 = await this.#tools.sha256(this.#request.file);
  }

  /** What the server says of it: the permission itself, or where the upload stands by now. */
  async ask(persistence: Persistence): Promise<Told> {
    const { signal } = persistence;
    const { transport } = this.#tools;
    const { field, name, type, file } = this.#request;
    const body = { field, name, type, size: file.size, ...(this.#sha256 ? { sha256: this.#sha256 } : {}) };
    const headers = { "idempotency-key": this.#key };
    const call = this.#inParts
      ? () => transport.call("GET", `/api/uploads/${this.#id}`, { signal })
      : // Without the signal: a ticket that is on its way when somebody cancels has to be known to be given back.
        () => transport.call("POST", "/api/uploads", { body, headers });
    const answer = await persevere(this.#tools, call, persistence);
    if (this.#inParts && answer.status === 404) return { state: "ended" };
    const told = toldBy(answer.body);
    if (told && "id" in told) this.#id = told.id;
    if (told?.state === "issued" && told.parts) this.#remember(told.id);
    signal.throwIfAborted();
    if (!told) throw failureOf(answer);
    return told;
  }

  /** Another attempt, with a ticket of its own. */
  renew(): void {
    this.over();
    this.#key = this.#tools.newKey();
    this.#id = undefined;
    this.#inParts = false;
  }

  /** The upload has come to an end. */
  over(): void {
    if (this.#inParts && this.#id) this.#tools.unfinished.forget(this.#id);
  }

  async giveBack(): Promise<void> {
    this.over();
    const id = this.#id;
    this.#id = undefined;
    // Where this does not get through, the ticket runs out by itself.
    if (id) await this.#tools.transport.call("DELETE", `/api/uploads/${id}`);
  }

  #remember(id: string): void {
    this.#inParts = true;
    const { owner, field, name, file } = this.#request;
    if (owner === undefined || !(file instanceof File)) return;
    const { size, lastModified } = file;
    this.#tools.unfinished.keep({ id, owner, field, name, size, lastModified });
  }
}
