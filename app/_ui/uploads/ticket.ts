import { type ApiResponse, problemOf } from "../call-api";
import { type UploadResponse, parseUploadResponse } from "./upload-response";
import { uploadErrorOf } from "./upload-error";
import { type RetryOptions, retry } from "./retry";
import type { UploadContext } from "./upload-context";
import type { UploadRequest } from "./upload-request";

/** One ticket. `id` is the server's, from its first answer on: what has to be given back. */
type Attempt = { key: string; id?: string | undefined; isMultipart: boolean };

/** The permission that an upload travels on: asked for, looked at, given back. Where the file goes in parts, this device remembers it meanwhile. */
export class Ticket {
  readonly #request: UploadRequest;
  readonly #context: UploadContext;
  #sha256: string | undefined;
  #attempt: Attempt;
  /**
   * The attempt before, until another ticket is given. "Not found" is also what a foreign upload is, and in another tab somebody else may have signed
   * in: only a ticket for its owner shows that it is over.
   */
  #previousAttempt: Attempt | undefined;

  constructor(request: UploadRequest, tools: UploadContext) {
    this.#request = request;
    this.#context = tools;
    const { resumedUploadId: resumes } = request;
    this.#attempt = {
      key: tools.newKey(),
      isMultipart: resumes !== undefined,
      ...(resumes === undefined ? {} : { id: resumes }),
    };
  }

  get inParts(): boolean {
    return this.#attempt.isMultipart;
  }

  /** A file that travels in one piece is announced with its hash; of a larger one each part is, when its turn comes. */
  needsHash(): boolean {
    const { file, partSize } = this.#request;
    return !this.inParts && this.#sha256 === undefined && file.size <= partSize;
  }

  async computeHash(): Promise<void> {
    this.#sha256 = await this.#context.sha256(this.#request.file);
  }

  /** What the server says of it: the permission itself, or where the upload stands by now. */
  fetchState(persistence: RetryOptions): Promise<UploadResponse> {
    return this.inParts ? this.#fetchUpload(persistence) : this.#requestTicket(persistence);
  }

  async #fetchUpload(persistence: RetryOptions): Promise<UploadResponse> {
    const { signal } = persistence;
    const look = () => this.#context.transport.call("GET", `/api/uploads/${this.#attempt.id}`, { signal });
    const answer = await retry(this.#context, look, persistence);
    if (answer.status === 404) return { state: "ended" };
    return this.#parseResponse(answer, signal);
  }

  async #requestTicket(persistence: RetryOptions): Promise<UploadResponse> {
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
    const call = () => this.#context.transport.call("POST", "/api/uploads", { body, headers });
    const answer = await retry(this.#context, call, persistence);
    if (answer.status < 300) this.#forgetPrevious();
    else if (problemOf(answer).code === "conflict") this.#restorePrevious();
    return this.#parseResponse(answer, persistence.signal);
  }

  #parseResponse(answer: ApiResponse, signal: AbortSignal): UploadResponse {
    const told = parseUploadResponse(answer.body);
    if (told && "id" in told) this.#attempt.id = told.id;
    if (told?.state === "issued" && told.parts) this.#saveRecord(told.id);
    signal.throwIfAborted();
    if (!told) throw uploadErrorOf(answer);
    return told;
  }

  /** Another attempt, with a ticket of its own. */
  renew(): void {
    this.#previousAttempt ??= this.#attempt;
    this.#attempt = { key: this.#context.newKey(), isMultipart: false };
  }

  #forgetPrevious(): void {
    this.#removeRecord(this.#previousAttempt);
    this.#previousAttempt = undefined;
  }

  /** Its owner is not the one who is signed in: once they are again, it may well be there. */
  #restorePrevious(): void {
    this.#attempt = this.#previousAttempt ?? this.#attempt;
    this.#previousAttempt = undefined;
  }

  /** The upload has come to an end. */
  finish(): void {
    this.#removeRecord(this.#attempt);
  }

  /** This page is done with it, and whoever chooses the file again goes on. */
  release(): void {
    this.#release(this.#attempt);
  }

  #release({ id, isMultipart: inParts }: Attempt): void {
    if (inParts && id) this.#context.uploadStore.release(id);
  }

  #removeRecord(attempt: Attempt | undefined): void {
    if (attempt?.isMultipart && attempt.id) this.#context.uploadStore.remove(attempt.id);
  }

  /**
   * What has arrived is destroyed. Where that does not get through, the ticket runs out by itself, and until then whoever began it can go on with it or
   * discard it.
   */
  async abort(): Promise<void> {
    const attempt = this.#attempt;
    this.#attempt = { ...attempt, id: undefined };
    if (!attempt.id) return;
    const { status } = await this.#context.transport.call("DELETE", `/api/uploads/${attempt.id}`);
    if (status === 204) this.#removeRecord(attempt);
    else this.#release(attempt);
  }

  #saveRecord(id: string): void {
    this.#attempt.isMultipart = true;
    const { owner, field, name, file } = this.#request;
    if (!(file instanceof File)) return;
    const { size, lastModified } = file;
    this.#context.uploadStore.save({ id, owner, field, name, size, lastModified });
  }
}
