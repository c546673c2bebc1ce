import { z } from "zod";
import type { File } from "../db/generated/client";
import { Problem } from "../errors";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import { type Crop, cropSchema } from "../inspect/crop";
import type { Storages } from "../storage/storage";

/** `File` of the database; the DOM has a global type of the same name. */
export type FileRow = File;

/** `File.variants`: content-addressed names under the file's prefixes. */
export const variantsSchema = z.array(
  z.object({ name: z.string(), width: z.number(), height: z.number(), type: z.string(), size: z.number() }),
);
export type StoredVariant = z.infer<typeof variantsSchema>[number];

export const factsSchema = z.record(z.string(), z.union([z.string(), z.boolean()]));
export type Facts = z.infer<typeof factsSchema>;

/** A file as the HTTP contract shows it. */
export type FileView = {
  id: string;
  field: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
  visibility: "public" | "private";
  status: FileRow["status"];
  createdAt: string;
  pages?: number;
  /** The number of images that show each page, if a page is too tall for one. */
  pageTiles?: number[];
  /** Some letters are missing from its page images: the file does not contain their font. */
  missingLetters?: true;
  decidedAt?: string;
  reason?: string;
  message?: string;
  facts?: Facts;
  validUntil?: string;
  /** The last instant of the last day on which the bytes are kept, as known now. */
  keepUntil?: string;
  /** A hold keeps the bytes, also after that day. */
  held?: true;
  /** The bytes were deleted, and there is a receipt of it. */
  receipt?: true;
  purgedAt?: string;
  url?: string;
  width?: number;
  height?: number;
  placeholder?: string;
  /** What a picture shows, in the member's words. */
  alt?: string;
  variants?: { url: string; width: number; type: string }[];
  /** The crop that the member chose for a picture: fractions of the upright picture. */
  crop?: Crop;
};

/** Returns the private key of the document as uploaded, or of the picture as re-encoded. */
export function originalKey(file: { prefix: string }): string {
  return `${file.prefix}original`;
}

/** Returns the prefix of a crop's variants; the first crop of a picture uses the file's prefix. */
export function cropPrefix(file: Pick<FileRow, "prefix" | "cut">): string {
  return file.cut === null ? file.prefix : `${file.prefix}${file.cut}/`;
}

/** Returns the private key of a variant. Published variants are copies of these. */
export function variantKey(file: Pick<FileRow, "prefix" | "cut">, name: string): string {
  return `${cropPrefix(file)}${name}`;
}

/** Returns the field of a file; undefined if the field is no longer declared. */
export function findField(file: { field: string }): Field | undefined {
  return fields.get(file.field);
}

/** Errors: purged, if the bytes of the file are deleted or scheduled for purge. */
export function requireNotPurged({ purgedAt }: Pick<FileRow, "purgedAt">): void {
  if (purgedAt) throw purgedProblem();
}

export function purgedProblem(): Problem {
  return new Problem("purged", "The file was permanently deleted. Its record is kept.");
}

export function pictureChangedProblem(cause?: unknown): Problem {
  return new Problem("conflict", "Another request is changing the picture. Please try again.", { cause });
}

/** Builds the view from the row alone. */
export function toFileView(storages: Pick<Storages, "public">, file: FileRow): FileView {
  return {
    id: file.id,
    field: file.field,
    name: file.name,
    type: file.type,
    size: Number(file.size),
    sha256: file.sha256,
    visibility: file.visibility,
    status: file.status,
    createdAt: file.createdAt.toISOString(),
    ...(file.pages === null ? {} : { pages: file.pages }),
    ...(file.pageTiles.length > 0 ? { pageTiles: file.pageTiles } : {}),
    ...(file.missingLetters ? { missingLetters: true } : {}),
    ...(file.decidedAt ? { decidedAt: file.decidedAt.toISOString() } : {}),
    ...(file.reason ? { reason: file.reason } : {}),
    ...(file.message ? { message: file.message } : {}),
    ...(file.facts && file.decidedAt ? { facts: factsSchema.parse(file.facts) } : {}),
    ...(file.validUntil ? { validUntil: file.validUntil.toISOString() } : {}),
    ...(file.keepUntil ? { keepUntil: file.keepUntil.toISOString() } : {}),
    ...(file.purgedAt ? { purgedAt: file.purgedAt.toISOString() } : {}),
    ...toPictureView(storages, file),
  };
}

function toPictureView(storages: Pick<Storages, "public">, file: FileRow): Partial<FileView> {
  if (!file.variants || file.width === null || file.height === null) return {};
  const variants = listPublishedVariants(storages, file);
  const largest = variants.findLast(({ type }) => type === "image/webp");
  return {
    width: file.width,
    height: file.height,
    ...(file.placeholder ? { placeholder: file.placeholder } : {}),
    ...(file.alt ? { alt: file.alt } : {}),
    variants,
    ...(file.crop ? { crop: cropSchema.parse(file.crop) } : {}),
    ...(largest ? { url: largest.url } : {}),
  };
}

/** Lists the public URLs of a picture, smallest first. Empty if it is not published. */
export function listPublishedVariants(
  storages: Pick<Storages, "public">,
  file: { publicPrefix: string | null; variants: unknown },
): { url: string; width: number; type: string }[] {
  const { publicPrefix } = file;
  if (publicPrefix === null) return [];
  return variantsSchema
    .parse(file.variants)
    .sort((one, other) => one.width - other.width)
    .map(({ name, width, type }) => ({
      url: storages.public.publicUrl(`${publicPrefix}${name}`),
      width,
      type,
    }));
}
