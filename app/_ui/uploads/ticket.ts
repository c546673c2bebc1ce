import { type Answer, problemOf } from "../call-api";
import { type Told, toldBy } from "./answers";
import { failureOf } from "./failure";
import { type Persistence, persevere } from "./persevere";
import type { Tools } from "./tools";
import type { UploadRequest } from "./upload-request";

/** One ticket. `id` is the server's, from its first answer on: what has to be given back. */
type Attempt = { key: string; id?: string | undefined; inParts: boolean };

/** The permission that an upload travels on: asked for, looked at, given back. Where the file goes in parts, this device remembers it meanwhile. */
export class Ticket {
  readonly #request: UploadRequest;
  readonly #tools: Tools;
  #sha256: string | undefined;
  #attempt: Attempt;
  /**
   * The attempt before, until another ticket is given. "Not found" is also what a foreign upload is, and in another tab somebody else may have signed
   * in: only a ticket for its owner shows that it is over.
   */
  #former: Attempt | undefined;

  constructor(request: UploadRequest, tools: Tools) {
    this.#request = request;
    this.#tools = tools;
    const { resumes } = request;
    this.#attempt = {
      key: tools.newKey(),
      inParts: resumes !== undefined,
      ...(resumes === undefined ? {} : { id: resumes }),
    };
  }

  get inParts(): boolean {
    return this.#attempt.inParts;
  }

  /** A file that travels in one piece is announced with its hash; of a larger one each part is, when its turn comes. */
  needsHash(): boolean {
    const { file, partSize } = this.#request;
    return !this.inParts && this.#sha256 === undefined && file.size <= partSize;
  }

  async hash(): Promise<void> {
    this.#sha256 = await this.#tools.sha256(this.#request.file);
  }

  /** What the server says of it: the permission itself, or where the upload stands by now. */
  ask(persistence: Persistence): Promise<Told> {
    return this.inParts ? this.#look(persistence) : this.#issue(persistence);
  }

  async #look(persistence: Persistence): Promise<Told> {
    const { signal } = persistence;
    const look = () => this.#tools.transport.call("GET", `/api/uploads/${this.#attempt.id}`, { signal });
    const answer = await persevere(this.#tools, look, persistence);
    if (answer.status === 404) return { state: "ended" };
    return this.#told(answer, signal);
  }

  async #issue(persistence: Persistence): Promise<Told> {
    const { field, name, type, file, owner } = this.#request;
    const body = {
      field,
      name,
      type,
      size: file.size,
      ...(this.#sha256 ? { sha256: this.#sha256 } : {}),
      owner,
    };
    const headers = { "idempotency-key": this.#attempt.key };
    // Without the signal: a ticket that is on its way when somebody cancels has to be known to be given back.
    const call = () => this.#tools.transport.call("POST", "/api/uploads", { body, headers });
    const answer = await persevere(this.#tools, call, persistence);
    if (answer.status < 300) this.#forgetFormer();
    else if (problemOf(answer).code === "conflict") this.#returnToFormer();
    return this.#told(answer, persistence.signal);
  }

  #told(answer: Answer, signal: AbortSignal): Told {
    const told = toldBy(answer.body);
    if (told && "id" in told) this.#attempt.id = told.id;
    if (told?.state === "issued" && told.parts) this.#remember(told.id);
    signal.throwIfAborted();
    if (!told) throw failureOf(answer);
    return told;
  }

  /** Another attempt, with a ticket of its own. */
  renew(): void {
    this.#former ??= this.#attempt;
    this.#attempt = { key: this.#tools.newKey(), inParts: false };
  }

  #forgetFormer(): void {
    this.#forget(this.#former);
    this.#former = undefined;
  }

  /** Its owner is not the one who is signed in: once they are again, it may well be there. */
  #returnToFormer(): void {
    this.#attempt = this.#former ?? this.#attempt;
    this.#former = undefined;
  }

  /** The upload has come to an end. */
  over(): void {
    this.#forget(this.#attempt);
  }

  /** This page is done with it, and whoever chooses the file again goes on. */
  letGo(): void {
    this.#letGo(this.#attempt);
  }

  #letGo({ id, inParts }: Attempt): void {
    if (inParts && id) this.#tools.unfinished.release(id);
  }

  #forget(attempt: Attempt | undefined): void {
    if (attempt?.inParts && attempt.id) this.#tools.unfinished.forget(attempt.id);
  }

  /**
   * What has arrived is destroyed. Where that does not get through, the ticket runs out by itself, and until then whoever began it can go on with it or
   * discard it.
   */
  async giveBack(): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = { ...attempt, id: undefined };
    if (!attempt.id) return;
    const { status } = await this.#tools.transport.call("DELETE", `/api/uploads/${attempt.id}`);
    if (status === 204) this.#forget(attempt);
    else this.#letGo(attempt);
  }

  #remember(id: string): void {
    this.#attempt.inParts = true;
    const { owner, field, name, file } = this.#request;
    if (!(file instanceof File)) return;
    const { size, lastModified } = file;
    this.#tools.unfinished.keep({ id, owner, field, name, size, lastModified });
  }
}
