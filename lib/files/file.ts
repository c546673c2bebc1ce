import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import { type Crop, cropSchema } from "../inspect/crop";
import type { Storages } from "../storage/storage";

export type FileRow = NonNullable<Awaited<ReturnType<AppContext["db"]["file"]["findFirst"]>>>;

/** What `File.variants` holds: content-addressed names below the file's prefixes. */
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
  decidedAt?: string;
  reason?: string;
  message?: string;
  facts?: Facts;
  validUntil?: string;
  purgedAt?: string;
  url?: string;
  width?: number;
  height?: number;
  placeholder?: string;
  variants?: { url: string; width: number; type: string }[];
  /** A picture's shown part, where one was chosen: fractions of the upright picture. */
  crop?: Crop;
};

/** Where the bytes of a file lie in the private storage: the document as sent, the picture as we made it. */
export function originalKey(file: { prefix: string }): string {
  return `${file.prefix}original`;
}

/** The folder of its own, below the file's prefix, that a cut's variants have; of a picture's first cut the prefix itself. */
export function cutPrefix(file: Pick<FileRow, "prefix" | "cut">): string {
  return file.cut === null ? file.prefix : `${file.prefix}${file.cut}/`;
}

/** Where a variant lies in the private storage. Published ones are copies of these. */
export function variantKey(file: Pick<FileRow, "prefix" | "cut">, name: string): string {
  return `${cutPrefix(file)}${name}`;
}

/** The field of a stored file, or undefined for one that is no longer declared: its files stay, but nobody is asked for more. */
export function findField(file: { field: string }): Field | undefined {
  return fields.get(file.field);
}

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
    ...(file.decidedAt ? { decidedAt: file.decidedAt.toISOString() } : {}),
    ...(file.reason ? { reason: file.reason } : {}),
    ...(file.message ? { message: file.message } : {}),
    ...(file.facts && file.decidedAt ? { facts: factsSchema.parse(file.facts) } : {}),
    ...(file.validUntil ? { validUntil: file.validUntil.toISOString() } : {}),
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
    variants,
    ...(file.crop ? { crop: cropSchema.parse(file.crop) } : {}),
    ...(largest ? { url: largest.url } : {}),
  };
}

/** The addresses of a published picture, smallest first; none where it is not published. */
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
