import type { MediaType } from "../fields/field";
import { type ProfileCard, renderCard } from "./card";
import type { Crop } from "./crop";
import { inspectDocument } from "./document";
import { type PageOptions, renderPage } from "./page";
import { renderPicture } from "./picture";
import { renderVariants } from "./variants";

/**
 * The jobs of a decoder process: all code that reads a member's bytes as a picture or document.
 * Each takes the bytes, options that can be copied between processes, and a function that starts
 * its time again.
 */
export const DECODER_JOBS = {
  inspectDocument: (bytes: Buffer, { type }: { type: MediaType }, onStep?: () => void) =>
    inspectDocument(bytes, type, onStep),
  renderPage: (bytes: Buffer, { type, page, ...options }: { type: MediaType; page: number } & PageOptions) =>
    renderPage(bytes, type, page, options),
  renderPicture: (bytes: Buffer, options: { crop?: Crop }) => renderPicture(bytes, options),
  renderVariants: (bytes: Buffer, { crop }: { crop?: Crop }) => renderVariants(bytes, crop),
  /** No bytes: a card without a picture. */
  renderCard: (bytes: Buffer, card: Omit<ProfileCard, "picture">) =>
    renderCard({ ...card, ...(bytes.length > 0 ? { picture: bytes } : {}) }),
};

export type DecoderJobs = typeof DECODER_JOBS;
export type DecoderJobName = keyof DecoderJobs;
